"""What the demo's people write: comments by rating, session notes, reasons of disputes."""

from itertools import product
from typing import Final

from warehouse.demo.catalog import SUBJECTS

_STUDENT: Final[dict[int, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    1: (
        (
            "Too short, and the sound kept dropping.",
            "We never got to my questions.",
            "Started late and ended early.",
            "I did not understand the explanation and was told to look it up.",
            "Not prepared at all.",
        ),
        ("", "I would like my money back.", "Please assign someone else.", "Very disappointing."),
    ),
    2: (
        (
            "Hard to follow; we jumped between topics.",
            "Rushed through the last exercise.",
            "The connection was poor for half of the session.",
            "Mostly a lecture, little practice.",
            "Ten minutes went on finding the right file.",
        ),
        (
            "",
            "I hope the next one is better.",
            "I had expected more.",
            "The examples did not match the course.",
        ),
    ),
    3: (
        (
            "Fine, but a bit slow for me.",
            "Good explanations, though we ran out of time.",
            "Okay overall.",
            "Helpful in parts.",
            "Friendly, but I still struggle with the homework.",
        ),
        ("", "More exercises, please.", "Notes afterwards would help.", "Could be better structured."),
    ),
    4: (
        (
            "Clear and patient.",
            "Good session, I understand it much better now.",
            "Useful examples and a good pace.",
            "Very helpful, only a little short.",
            "We cleared up everything on my list but one.",
            "Solid preparation for the exam.",
        ),
        (
            "",
            "Thank you!",
            "Looking forward to the next one.",
            "Would recommend.",
            "A short summary would be nice.",
        ),
    ),
    5: (
        (
            "Excellent, everything finally makes sense.",
            "The best session so far.",
            "So patient, and always another way to explain it.",
            "I passed the quiz right after this.",
            "Finally someone who says \"I don't know, let's find out\".",
            "Went through my own work line by line, which helped a lot.",
            "Came prepared with exercises for exactly my weak spots.",
            "Made a difficult topic feel easy.",
        ),
        (
            "",
            "Thank you so much!",
            "Already booked the next one.",
            "Highly recommended.",
            "10/10.",
            "See you next week!",
        ),
    ),
}
_FOREIGN: Final[dict[int, tuple[str, ...]]] = {
    1: (
        "Muy decepcionante, no aprendí nada.",
        "Leider völlig unvorbereitet.",
        "音声が途切れて、何も聞こえませんでした。",
    ),
    2: ("Un peu confus, dommage.", "لم يكن الشرح واضحا.", "Слишком быстро, я не успевал записывать."),
    3: ("Ganz in Ordnung, aber etwas langsam.", "Está bien, pero faltó práctica.", "还可以，但是时间不够。"),
    4: ("Très clair, merci !", "Molto utile, grazie.", "Bardzo pomocne zajęcia.", "설명이 좋았어요."),
    5: (
        "¡Excelente clase, muchas gracias!",
        "とても分かりやすかったです！",
        "شرح رائع، شكرا جزيلا!",
        "תודה רבה, היה מצוין!",
    ),
}
_ODD: Final[dict[int, tuple[str, ...]]] = {
    1: ('=HYPERLINK("http://example.invalid","refund")', "Bad.\n\nReally bad.\n\n– M."),
    2: ("<b>Not great</b><script>alert(1)</script>", '-1 for the "preparation"'),
    3: ("It's \"fine\", I guess; 50% theory, 50% o'clock jokes", "<i>meh</i> & so on"),
    4: ("+1 would book again", "Good:\n- pace\n- examples\n- humour"),
    5: (
        "<b>Wonderful!</b><script>alert(1)</script>",
        "@Ana thanks 🎉🎉🎉",
        "First line.\nSecond line, just as happy.",
    ),
}
_ST: Final[dict[int, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    1: (
        ("Did not take part.", "Camera and microphone off throughout.", "Left in the middle."),
        ("", "Third time now."),
    ),
    2: (
        ("Homework not done again.", "Distracted, with the phone in hand.", "Arrived late."),
        ("", "We should talk."),
    ),
    3: (
        ("Attentive, but the basics are missing.", "Some progress, slowly."),
        ("", "More practice at home, please."),
    ),
    4: (
        ("Good progress in spite of technical problems.", "Well prepared.", "Asked good questions."),
        ("", "Next step: past papers.", "Keep going!"),
    ),
    5: (
        (
            "A pleasure to work with.",
            "Excellent progress.",
            "Solved the last exercise alone.",
            "Ready for the exam.",
        ),
        ("", "Well done!", "Could move to the next level.", "Gracias por el esfuerzo."),
    ),
}

ABSENT_STUDENT: Final[tuple[str, ...]] = (
    "Waited fifteen minutes, nobody came.",
    "No answer to two messages.",
    "Wrote afterwards that the time zone was mixed up.",
    "Second missed session this month.",
)
ABSENT_ST: Final[tuple[str, ...]] = (
    "My teacher never joined.",
    "I waited for twenty minutes and then gave up.",
    "No one was in the room, and no message either.",
)
REASONS_HELD: Final[tuple[str, ...]] = (
    "Session ended early and the exercise was not covered.",
    "The sound did not work for half of the session.",
    "Charged for the full time although we stopped after twenty minutes.",
    "The ST was not prepared and read from the book.",
    "Screen sharing failed and no other way was offered.",
    "Rescheduled twice, then held at a time that did not suit me.",
    "The recording shows another course.",
    "Wrong course material was used.\nI had written about it before.",
    "The tone was not respectful.",
    '<b>Refund</b> please, see "chat" & mail',
    "Sesión incompleta: faltaron 25 minutos.",
)
REASONS_MISSED: Final[tuple[str, ...]] = (
    "I was in the room on time; the ST never came.",
    "Marked as a no-show, but I had cancelled two days before.",
    "The link in the mail led to an empty room.",
    "Power cut in the whole district, reported at once.",
    "The time shown to me was an hour off after the clock change.",
)
CLOSINGS: Final[tuple[str, ...]] = (
    "Next time: the second half of the worksheet.",
    "Homework: exercises 3 to 7.",
    "Sent the slides afterwards.",
    "Wants to slow down a little.",
    "Two questions left open for next week.",
    "Ready to move on.",
    "Agreed to meet half an hour earlier from now on.",
    "",
)
_OBSERVED: Final[tuple[str, ...]] = (
    "Went well.",
    "Needed more time than planned.",
    "Could not share the screen for the first ten minutes.",
    "Good questions throughout.",
    "The homework was not done, so we did it together.",
    "",
)
ODD_NOTES: Final[tuple[str, ...]] = (
    "Agenda:\n1. warm-up\n2. quiz\n3. questions\n\nOnly got to 2.",
    "<b>Important</b>: <script>alert(1)</script> typed in the shared editor, to show what not to do.",
    'Said: "I\'ll practise every day" & meant it.',
    "=1+1 does not start a formula here.",
    "複習了上次的內容。作業已經寫完。",
    "\u200fסיכום: עברנו על כל התרגילים.",
    "A long one. " + "We went through the chapter again, slowly, with an example for each paragraph. " * 9,
)


def comments(assessor: str) -> list[list[str]]:
    """Comments by rating, in this order: 1, 2, 3, 4, 5. `assessor` is `student` or `st`."""
    own = _STUDENT if assessor == "student" else _ST
    pools = []
    for rating, (openings, seconds) in own.items():
        pool = [" ".join(filter(None, pair)) for pair in product(openings, seconds)] * 3
        if assessor == "student":
            pool += (_FOREIGN[rating] + _ODD[rating]) * 2
        pools.append(pool)
    return pools


def notes() -> list[list[str]]:
    """Session notes by subject, in the catalog's order; about one in forty is an odd one."""
    pools = []
    for _, topics in SUBJECTS.values():
        parts = product((f"Covered {topic}." for topic in topics), _OBSERVED, CLOSINGS)
        pools.append([" ".join(filter(None, part)) for part in parts] + list(ODD_NOTES))
    return pools
