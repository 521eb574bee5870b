import codecs

import pytest

from flows.errors import SubmissionError
from flows.reading.encoding import decode
from tests.helpers_reading import Given, Warehouse, cells_of, csv_bytes, read_one, texts

THAI = csv_bytes([cells_of("manifest", waste_name="น้ำมันหล่อลื่นใช้แล้ว", vehicle_no="กก-1234")]).decode()
PLAIN = csv_bytes([cells_of("manifest")]).decode()


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (PLAIN.encode("ascii"), "ascii"),
        (THAI.encode("utf-8"), "utf-8"),
        (THAI.encode("utf-8-sig"), "utf-8-sig"),
        (codecs.BOM_UTF16_LE + THAI.encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + THAI.encode("utf-16-be"), "utf-16"),
        (THAI.encode("cp874"), "cp874"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_is_read_and_written_down(content: bytes, encoding: str):
    file, batches = read_one(content)
    assert file.log["encoding"] == encoding
    assert texts(batches, "waste_name") == (["น้ำมันหล่อลื่นใช้แล้ว"] if encoding != "ascii" else [""])


def test_thai_headers_in_cp874():
    content = THAI.replace("waste_name", "ชื่อของเสีย").replace("quantity", "ปริมาณ").encode("cp874")
    night = Warehouse().night(Given(content))
    assert night.findings == []
    assert night.core("manifest")[0]["waste_name"] == "น้ำมันหล่อลื่นใช้แล้ว"


def refusal(content: bytes) -> str:
    with pytest.raises(SubmissionError) as caught:
        decode(content)
    assert caught.value.check_id == "file_is_readable"
    return caught.value.hint_en


def test_utf_8_is_judged_over_the_whole_file():
    """A reader that looks at the first kilobytes only would call this UTF-8, or cp874."""
    content = THAI.encode() * 100 + b"\xff\xfe broken"
    assert "neither UTF-8 nor clear Thai" in refusal(content)


def test_the_doubtful_bytes_are_shown_with_their_line():
    words = refusal("a,b\nc,\nd,Café Genève,e\n".encode("latin-1"))
    assert words.startswith("In which encoding was it saved? Line 3 has bytes that are neither UTF-8 nor clear Thai")
    assert r"Caf\xe9 Gen\xe8ve" in words
    assert words.endswith("Save it as UTF-8 and send it again.")


def test_bytes_that_are_thai_and_utf_8_at_once_are_a_question():
    """The two bytes of the cp874 word for a car are those of the UTF-8 letter ö."""
    assert "รถ".encode("cp874") == "ö".encode()
    words = refusal("type,รถ\n".encode("cp874"))
    assert 'may be "ö" in UTF-8 or "รถ" in Thai (cp874)' in words
    assert words.endswith("Save it as UTF-8 with a byte order mark (Excel: CSV UTF-8) and send it again.")
    assert decode("type,ö\n".encode("utf-8-sig")) == ("type,ö\n", "utf-8-sig"), "the advice helps"


def test_signs_that_english_texts_borrow_are_no_question():
    text = "25 °C, 3 m³, 5 µm, a\u00a0b\n"
    assert decode(text.encode()) == (text, "utf-8")


def test_one_thai_letter_settles_it():
    text = "Café, ถังเหล็ก\n"
    assert decode(text.encode()) == (text, "utf-8")


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "cp1250", "big5", "shift_jis", "gb18030", "euc-kr"])
def test_other_encodings_are_refused(encoding: str):
    text = {"latin-1": "Größe où çà", "cp1252": "“Größe” œuvre", "cp1250": "žluťoučký kůň"}.get(encoding, "廢棄物 日本 処理")
    if encoding == "euc-kr":
        text = "폐기물 처리"
    assert "In which encoding was it saved?" in refusal(text.encode(encoding, "ignore"))


@pytest.mark.parametrize("text", ["España", "m³ of oil", "25 °C", "Malmö", "à la carte", "naïve", "£5", "¿qué?"])
def test_one_latin_letter_does_not_pass_for_thai(text: str):
    assert "In which encoding was it saved?" in refusal(f"a,{text},b\n".encode("latin-1"))


@pytest.mark.parametrize(
    "text",
    ["ถังIBC 1,000 ลิตร", "น้ำมัน", "เกาะ", "ฯลฯ", "เปลี่ยนๆ", "ฤๅษี", "M๑๒๓", "กก.", "เครื่องจักรกล", "โซเดียมไฮดรอกไซด์", "พ.ศ. ๒๕๖๙",
     "ก. ข. ค.", "หัวเราะ", "น้ำ", "จำเป็น", "ทรัพย์", "เพชรบูรณ์", "อุตสาหกรรม", "และ", "เยอะแยะ", "แพะ", "ผัวะ"],
)  # fmt: skip
def test_thai_as_it_is_written(text: str):
    assert decode(f"a,{text},b\n".encode("cp874")) == (f"a,{text},b\n", "cp874")


def test_a_slip_of_the_pen_in_a_long_text_is_no_question():
    """Many write นำ้ for น้ำ, or a mark twice."""
    text = "ของเสียที่เป็นน้ำมันหล่อลื่นใช้แล้วจากเครื่องจักรกล\n" * 5 + "นี้้\n"
    assert decode(text.encode("cp874")) == (text, "cp874")


def test_bytes_that_cp874_does_not_define_are_refused():
    assert "\\x81" in refusal("ของเสีย".encode("cp874") + b"\x81")


def test_marks_without_their_text_are_refused():
    assert "In which encoding" in refusal(codecs.BOM_UTF16_LE + b"a\x00b")
    assert "In which encoding" in refusal(codecs.BOM_UTF8 + b"\xff")
    assert "In which encoding" in refusal(codecs.BOM_UTF16_LE + b"\x00\xd8a\x00")


def test_what_is_not_text_is_refused_in_words():
    assert refusal(bytes(range(256))).startswith("It is not a text file, nor a workbook, JSON or ZIP.")
    assert refusal("a,b".encode("utf-16-le")).startswith("It is not a text file"), "UTF-16 needs its mark"
