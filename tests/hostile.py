"""Two hundred texts that break careless exports: formulas, quoting, and what is hardly a letter."""

FORMULAS = (
    "=1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://evil.example","click")', "+1+1", "-1+1", "@SUM(A1)", "=", "+",
    "-", "@", "-2", "+49 30 1234", "@home", "=WEBSERVICE(A1)", "=IMPORTXML(A1)", '=DDE("cmd";"/C calc";"x")', "=1;2",
    "=1,2", "＝1+1", "＋1", "－1", "＠SUM(A1)", "=\u202e1+1", "=1\n=2", "=1\r\n=2",
)  # fmt: skip
BEFORE = (
    " ",
    "  ",
    "\t",
    "\r",
    "\n",
    "\r\n",
    "\u00a0",
    "\u3000",
    "\u200b",
    "\ufeff",
    "\x0b",
    "\x0c",
    "'",
    "''",
    "\x7f",
)
PLAIN = (
    "a,b", 'a"b', '"a"', '""', '","', "a\nb", "a\r\nb", "a\rb", "a\tb", "a;b", "a|b", "'", "''", "'a", "a'b", " a",
    "a ", " ", "\t", "\n", "\r", "null", "NULL", "None", "NaN", "nan", "NA", "N/A", "true", "FALSE", "0", "00123",
    "1e5", "1E400", "2026-11-24", "1/2", "12:30", "0x1F", "#REF!", "#N/A", "_x0041_", "_x000D_", "x_x0000_y", "%d",
    "%s%s", "{0}", "${x}", "$creator_id", "$zone", "{columns}", "{order_by}", "--", "/*", "*/", ";",
    "'; DROP TABLE sessions; --", "\\", "\\n", "\\x00", "<script>alert(1)</script>", "&amp;", "<b>", "]]>",
    "<![CDATA[x]]>", "é", "e\u0301", "Łódź", "Ærø", "ß", "İ", "Zoë O’Brien", "李小龙", "محمد", "עברית", "ไทย", "हिन्दी",
    "😀", "👩‍👩‍👧‍👦", "🏳️‍🌈", "\u202eabc", "\u2066x\u2069", "\u2028", "\u2029", "\u0085", "\x01", "a\x08b", "\x1b[31m",
    "\ufffe", "\uffff", "\ufffd", "x" * 300, "é" * 1000, "a\u0300\u0301\u0302", "Robert'); --", "C:\\x",
    "http://a.example/?b=c&d=e", "mailto:a@b.example", "a@b.example", "1+1=2", "x=1", "a-b", "a+b", "3 - 2",
)  # fmt: skip
HOSTILE = tuple(
    dict.fromkeys(
        [
            *FORMULAS,
            *PLAIN,
            *(before + formula for before in BEFORE for formula in ("=1+1", "+x", "-x", "@x")),
            *(f"{before}a" for before in BEFORE),
        ]
    )
)
