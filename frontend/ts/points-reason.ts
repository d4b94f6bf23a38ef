/**
 * `<points-reason>` around a number field and the `<details>` with its reason: it opens as soon as the points are below
 * the field's `max`, for then a reason is needed, and folds again when they are not and nothing was written in it.
 */
export class PointsReason extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("input", this.#look);
    queueMicrotask(this.#look); // A draft has come back into the fields by then.
  }

  disconnectedCallback(): void {
    this.removeEventListener("input", this.#look);
  }

  #look = (event?: Event): void => {
    const points = this.querySelector<HTMLInputElement>("input[type=number][max]");
    const reason = this.querySelector("details");
    if (!points || !reason || (event && event.target !== points)) return;
    const written = [...reason.querySelectorAll("input")].some((field) => field.value !== "");
    const isBelow = points.value !== "" && Number(points.value) < Number(points.max);
    if (isBelow || (event && !written)) reason.open = isBelow;
  };
}

customElements.define("points-reason", PointsReason);
