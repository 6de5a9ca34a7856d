"""What the demo's creators teach: course titles by subject, and the topics that session notes speak of."""

from typing import Final

SUBJECTS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "data": (
        (
            "Intro to Statistics",
            "Python for Analysts",
            "SQL from Scratch",
            "Data Visualisation",
            "Bayesian Thinking",
            "Machine Learning Foundations",
            "R for Social Scientists",
            "Time Series in Practice",
            "Spreadsheets That Scale",
            "Charts & “Honest” Axes",
        ),
        (
            "joins and group-by",
            "confidence intervals",
            "reading a messy CSV file",
            "the difference between mean and median",
            "window functions",
            "overfitting and cross-validation",
            "when a p-value misleads",
            "plotting two scales honestly",
        ),
    ),
    "mathematics": (
        (
            "Linear Algebra",
            "Calculus I",
            "Calculus II",
            "Discrete Mathematics",
            "Geometry for the Curious",
            "Algebra Refresher",
            "Proofs and Logic",
            "Probability Workshop",
        ),
        (
            "eigenvectors of small matrices",
            "integration by parts",
            "induction proofs",
            "limits and continuity",
            "conditional probability",
            "completing the square",
            "the chain rule",
            "counting without double counting",
        ),
    ),
    "languages": (
        (
            "Everyday Spanish",
            "Business English",
            "German A2 to B1",
            "Conversational French",
            "Japanese for Beginners",
            "Academic Writing in English",
            "Italian Through Film",
            "Portuguese Pronunciation",
        ),
        (
            "past tenses in a short story",
            "polite requests",
            "the conditional",
            "pronunciation of long vowels",
            "a mock job interview",
            "false friends",
            "linking words for essays",
            "numbers, dates and times",
        ),
    ),
    "programming": (
        (
            "Web Development Basics",
            "JavaScript in Depth",
            "Algorithms and Data Structures",
            "Git Without Fear",
            "Rust for Python People",
            "Mobile Apps with Flutter",
            "Testing and Debugging",
            "Command Line Essentials",
        ),
        (
            "recursion on a whiteboard",
            "promises and async functions",
            "rebasing a feature branch",
            "writing the failing test first",
            "hash maps",
            "layout with flexbox",
            "borrowing and lifetimes",
            "reading a stack trace",
        ),
    ),
    "science": (
        (
            "General Chemistry",
            "Organic Chemistry Help Desk",
            "Physics: Mechanics",
            "Electricity and Magnetism",
            "Cell Biology",
            "Human Anatomy",
            "Environmental Science",
            "Astronomy Evenings",
        ),
        (
            "balancing redox equations",
            "free-body diagrams",
            "mitosis and meiosis",
            "Gauss's law",
            "SN1 against SN2",
            "the nitrogen cycle",
            "energy conservation",
            "reading a lab protocol",
        ),
    ),
    "business": (
        (
            "Accounting Fundamentals",
            "Marketing Analytics",
            "Public Speaking",
            "Product Management",
            "Negotiation Practice",
        ),
        (
            "a case from the second chapter",
            "the opening two minutes of a talk",
            "a pricing case",
            "interview questions that do not lead",
            "how to present numbers to people in a hurry",
        ),
    ),
    "arts": (
        (
            "Music Theory",
            "Drawing from Life",
            "Creative Writing Studio",
            "Essay Clinic",
            "Film and Its History",
        ),
        (
            "the second draft of the portfolio piece",
            "form and repetition",
            "what the opening promises",
            "how others solved the same problem",
            "feedback on last week's work",
        ),
    ),
}

AWKWARD_TITLES: Final[tuple[tuple[str, str], ...]] = (
    ("Café Français – l’oral & “l’écrit”", "languages"),
    ("C++, C# & <templates>", "programming"),
    ("=SUM(A1:A9) and Other Formulas", "data"),
    ("العربية للمبتدئين", "languages"),
    ("עברית למתחילים", "languages"),
    ("日本語会話・中級", "languages"),
    ("100% Maths_Basics", "mathematics"),
    ('Shakespeare\'s "Hamlet", act by act', "arts"),
    ("<script>alert('course')</script>", "programming"),
    ("Chemistry 🧪 & Cooking 🍳", "science"),
    (
        "A Very Thorough and Unhurried Introduction to the Reading, Writing, Checking, Rewriting and Public "
        "Defence of Long Scientific Articles",
        "arts",
    ),
    ("-1 to 10: Numbers for Parents", "mathematics"),
)

FIRST_TITLES: Final[tuple[str, ...]] = (
    "Intro to Statistics",
    "Linear Algebra",
    "Python for Analysts",
    "Data Visualisation",
    "Bayesian Thinking",
    "SQL from Scratch",
    "Charts & “Honest” Axes",
)


def titles_and_subjects() -> tuple[list[str], list[int]]:
    """Every ordinary title, then every awkward one, and beside each the index of its subject."""
    pairs = [(title, subject) for subject, (titles, _) in SUBJECTS.items() for title in titles]
    order = list(SUBJECTS)
    both = [*pairs, *AWKWARD_TITLES]
    return [title for title, _ in both], [order.index(subject) for _, subject in both]
