"""What uploaded files are found to be, whatever they are called, and what is left of them."""

import io
import struct

import pytest
from PIL import Image, ImageFile

from core.errors import Invalid
from live.logic.files import MAX_SIDE, SMALL_SIDE, clean_file, clean_name
from live.services.scanning import SignatureScanner
from live.tests.files import PDF, animation, picture

TEST_VIRUS = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (picture("PNG"), "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (picture("WEBP"), "image/jpeg"),
        (picture("GIF"), "image/png"),
        (animation(), "image/gif"),
        (PDF, "application/pdf"),
        ("订单 YZ-1 没有收到".encode(), "text/plain"),
        ("订单 YZ-1 没有收到".encode("gb18030"), "text/plain"),
        ("Where is it?".encode("utf-16"), "text/plain"),
    ],
)
def test_a_file_is_what_its_content_is(data, media_type):
    assert clean_file(data).media_type == media_type


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   ",
        b"MZ\x90\x00\x03\x00\x00\x00",
        b"PK\x03\x04\x14\x00\x00\x00\x08\x00",
        b"\x7fELF\x02\x01\x01\x00",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        b"  <!DOCTYPE html><script>alert(1)</script>",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 50,
        picture("JPEG")[:200],
        b"%PDF-1.4 but nothing after",
        b"\xff\xff\xff\xff",
    ],
)
def test_anything_else_is_refused_at_the_file(data):
    with pytest.raises(Invalid) as refused:
        clean_file(data)
    assert (set(refused.value.fields), refused.value.code) == ({"file"}, "live.bad_file")


def test_of_a_picture_nothing_but_its_pixels_is_left():
    exif = Image.Exif()
    exif[0x010E] = "Secret Street 5"
    exif[0x0112] = 6  # on its side
    data = picture("JPEG", (80, 40), exif=exif, comment=b"Secret Street 5") + b"<script>alert(1)</script>"
    clean = clean_file(data)
    kept = Image.open(io.BytesIO(clean.data))
    assert b"Secret" not in clean.data
    assert b"<script>" not in clean.data
    assert dict(kept.getexif()) == {}
    assert (clean.width, clean.height) == kept.size == (40, 80)


def test_large_pictures_are_scaled_down_and_have_a_small_one_beside():
    clean = clean_file(picture("JPEG", (3000, 1500)))
    small = Image.open(io.BytesIO(clean.small))
    assert max(clean.width, clean.height) <= MAX_SIDE
    assert small.size == (SMALL_SIDE, SMALL_SIDE // 2)


def photo_that_says(width: int, height: int) -> bytes:
    """A small JPEG whose header names another size."""
    data = picture("JPEG")
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


@pytest.mark.slow
@pytest.mark.parametrize(
    "make",
    [
        lambda: picture("PNG", (6300, 6300)),
        lambda: picture("WEBP", (4100, 4000), method=0),
        lambda: photo_that_says(8000, 6000),
        lambda: photo_that_says(14000, 13000),
        lambda: animation(frames=17, size=(1000, 1000)),
    ],
    ids=["png", "webp", "jpeg", "huge", "animation"],
)
def test_pictures_with_too_many_pixels_are_refused_before_they_are_decoded(make, monkeypatch):
    data = make()
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda image: pytest.fail("it was decoded"))
    with pytest.raises(Invalid) as refused:
        clean_file(data)
    assert "pixels" in str(refused.value.fields["file"])


@pytest.mark.slow
def test_a_large_photo_is_taken_at_a_fraction_of_its_size(monkeypatch):
    sizes = []
    convert = Image.Image.convert
    monkeypatch.setattr(
        Image.Image, "convert", lambda image, *a, **k: sizes.append(image.size) or convert(image, *a, **k)
    )
    assert clean_file(picture("JPEG", (5000, 4000))).width == MAX_SIDE
    assert clean_file(picture("PNG", (4000, 4000))).width == MAX_SIDE
    assert max(max(size) for size in sizes) <= MAX_SIDE


def test_transparency_and_palettes_come_through():
    out = io.BytesIO()
    keyed = Image.new("P", (3000, 10), 1)
    keyed.putpalette([0, 0, 0, 200, 10, 10])
    keyed.save(out, "PNG", transparency=1)
    kept = Image.open(io.BytesIO(clean_file(out.getvalue()).data))
    assert (kept.mode, kept.getpixel((5, 5))[3]) == ("RGBA", 0)


def test_personal_numbers_in_a_text_file_are_masked_as_in_a_message():
    assert clean_file("电话 13800138000\n".encode("gb18030")).data == "电话 138****8000\n".encode()
    with pytest.raises(Invalid):
        clean_file(b"line\n" * 250_000)


def test_an_animation_still_moves():
    assert Image.open(io.BytesIO(clean_file(animation(3)).data)).n_frames == 3


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("leg.png", "leg.png"),
        ("../../etc/passwd", "passwd.png"),
        ("C:\\Users\\lin\\Desktop\\photo.jpeg", "photo.png"),
        ("invoice.pdf.exe", "invoice.pdf.png"),
        ("evil\u202egnp.exe", "evilgnp.png"),
        ("a\r\nSet-Cookie: x.png", "aSet-Cookie: x.png"),
        ("我的电话13800138000.png", "我的电话138****8000.png"),
        ("", "file.png"),
        ("...", "file.png"),
        ("x" * 300 + ".png", "x" * 80 + ".png"),
    ],
)
def test_names_are_made_harmless(name, clean):
    assert clean_name(name, "png") == clean


@pytest.mark.parametrize("data", [TEST_VIRUS, PDF + b"/JavaScript (app.alert(1))", PDF + b"/Launch"])
def test_the_scanner_refuses_what_it_knows(data):
    with pytest.raises(Invalid):
        SignatureScanner().scan(data, "application/pdf")


def test_the_scanner_lets_the_rest_pass():
    SignatureScanner().scan(PDF, "application/pdf")
