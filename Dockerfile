# The production image: the code, its Python packages without the tools of development, built static files.
# Build: docker build -t tideline .     What it needs to run: docs/running.md

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY requirements.lock Makefile ./
COPY marketplace/bootstrap.py marketplace/
RUN python marketplace/bootstrap.py
COPY . .
RUN python marketplace/bootstrap.py frontend \
    && .venv/bin/python manage.py messages --compile \
    && TIDELINE_ENV=production SECRET_KEY=only-while-building STATIC_ROOT=/static .venv/bin/python manage.py collectstatic --noinput \
    && .venv/bin/python marketplace/bootstrap.py drop-tools \
    && rm -rf node_modules .tideline

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /app tideline \
    && install -d -m 0700 -o tideline -g tideline /data /static
COPY --from=build --chown=root:root /app /app
COPY --from=build --chown=tideline:tideline /static /app/static-built
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    TIDELINE_ENV=production TIDELINE_DATA_DIR=/data STATIC_ROOT=/static
USER tideline
EXPOSE 8000
CMD ["uvicorn", "marketplace.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--no-proxy-headers", "--no-server-header"]
