"""Whose names the demo's people bear: ordinary ones by region, and the awkward ones real exports contain."""

from itertools import chain
from typing import Final

REGIONS: Final[tuple[tuple[str, str], ...]] = (
    (
        "Ben Olivia Noah Ella Jack Grace Oscar Chloe Liam Emily Henry Ruby Daniel Hannah Samuel Megan "
        "Lucas Abigail Thomas Sophie",
        "Carter Grant Hughes Bennett Turner Morgan Foster Reed Palmer Barnes Ellis Murray Lawson "
        "Byrne Walsh Sutton Marsh Fletcher Hayes Nolan",
    ),
    (
        "Jonas Clara Lukas Mia Felix Lena Moritz Johanna Anton Frieda Emil Greta Paul Ida Jürgen "
        "Käthe Lars Astrid Nils Sanne",
        "Weber Becker Lindqvist Keller Hoffmann Schäfer Vogel Krüger Brandt Lindgren Jansen Visser "
        "Nygård Sørensen Bakker Maurer Winkler Groß Holm Dahl",
    ),
    (
        "Lucía Diego José Sofía Mateo Valentina Andrés Camila Joaquín Inés Rafael Beatriz Tomás "
        "Renata João Marina Thiago Letícia Pablo Elena",
        "Fernández Ruiz García Muñoz Herrera Castillo Vargas Peña Ortega Navarro Silva Oliveira Sousa "
        "Araújo Moreira Ibáñez Salazar Cárdenas Reyes Molina",
    ),
    (
        "Zoë Léa Hugo Manon Jules Camille Théo Élodie Antoine Margaux Giulia Matteo Chiara Lorenzo "
        "Francesca Davide Noémie Bastien Alice Luca",
        "Moreau Lefèvre Rousseau Girard Fontaine Mercier Chevalier D'Angelo Rossi Bianchi Conti "
        "Marino Greco Ferrari Costa Gallo Dubois Renaud Besançon Ricci",
    ),
    (
        "Łukasz Zofia Jakub Hanna Mateusz Agnieszka Ivan Darya Mikhail Katya Jana Tomáš Petra Ondřej "
        "Milica Stefan Oksana Andriy Réka Balázs",
        "Nowak Kowalczyk Wiśniewski Zieliński Wójcik Petrov Sokolova Morozov Novotná Dvořák Horváth "
        "Szabó Kovačević Marković Shevchenko Bondarenko Ionescu Popescu Dimitrov Georgiev",
    ),
    (
        "Priya Arjun Ananya Rohan Kavya Vikram Isha Aditya Meera Sanjay Nisha Rahul Divya Kiran "
        "Farhan Ayesha Imran Sana Tharindu Dilani",
        "Raman Sharma Patel Iyer Nair Banerjee Kulkarni Reddy Chatterjee Gupta Menon Desai Khan "
        "Qureshi Rahman Hossain Perera Fernando Joshi Kapoor",
    ),
    (
        "Mei Hana Haruto Yuki Sakura Kenji Wei Lin Xiu Jun Minjun Seoyeon Jiho Hyejin Linh Minh Thuy "
        "Anong Somchai Putri",
        "Tanaka Sato Yamamoto Kobayashi Watanabe Nakamura Chen Wang Zhang Liu Huang Kim Park Choi "
        "Nguyễn Trần Phạm Suwannarat Wijaya Lim",
    ),
    (
        "Amara Kofi Ama Chidi Ngozi Kwame Zainab Tunde Fatou Sekou Wanjiru Otieno Thandiwe Sipho "
        "Lerato Abebe Selam Yaw Efua Amina",
        "Obi Okafor Mensah Adeyemi Nwosu Boateng Diallo Traoré Kamau Mwangi Dlamini Nkosi Tesfaye "
        "Bekele Asante Osei Balogun Eze Ndlovu Moyo",
    ),
    (
        "Fatima Omar Nadia Yusuf Layla Karim Samira Hassan Leila Tariq Noor Rami Yasmin Amir Shirin "
        "Dariush Tamar Eitan Noa Emre",
        "Zahra Haddad Mansour Khoury Nasser Rahimi Farouk Aziz Saleh Bouzid Benali Cohen Levi Mizrahi "
        "Yılmaz Demir Öztürk Hosseini Tehrani Sabbagh",
    ),
    (
        "Keanu Leilani Aroha Tane Malia Sione Ngaire Wiremu Kiri Tui Nia Rhys Siobhán Cillian Aoife "
        "Eoin Maeve Angus Iona Callum",
        "Kahale Ngata Parata Tamihana Tupou Faleolo O'Brien O'Sullivan MacLeod McKenzie Llewellyn "
        "Griffiths Kelleher Murphy Fraser Sinclair Tawhiri Kealoha Pritchard Drummond",
    ),
)

AWKWARD_NAMES: Final[tuple[str, ...]] = (
    "José Ángel Núñez",
    "Łukasz Żółć",
    "Zoë Brontë",
    "محمد عبد الله",
    "נועה בן־דוד",
    "田中 さくら",
    "王小明",
    "김서연",
    "Siobhán O'Brien",
    'Robert "Bob" Smith',
    "Jean-François d’Aubigné",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "-2+3",
    "+1 (555) Kevin",
    "%_100",
    "100% Anna_Maria",
    "Marina 🌊 Costa",
    "👩🏽‍🏫 Ms. Adeyemi",
    "<img src=x onerror=alert(1)>",
    "Ann & Bob <team>",
    "Jose\u0301 Rene\u0301e",
    "Hubert Blaine Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh-Cholmondeley-Marjoribanks-"
    "Fotheringham von und zu Hohenlohe-Langenburg the Third",
    "Null",
    "O'Connor; DROP TABLE users;--",
    "İpek Işık",
    "STRASSE Straße",
    "Никита Ёлкин",
    "Ελένη Παπαδοπούλου",
    "X",
    "Comma, First",
    "back\\slash {brace} `tick`",
)

FIRST_CREATOR: Final = "Elena Marchetti"
FIRST_STS: Final[tuple[str, ...]] = (
    "Priya Raman",
    "Jonas Weber",
    "Sam Okafor",
    "Amara Obi",
    "Lucía Fernández",
    "Tom Becker",
    "Mei Tanaka",
    "Hugo Moreau",
    "Wanjiru Kamau",
    "Kenji Watanabe",
    "Clara Lindgren",
    "Rafael Oliveira",
    "Leila Hosseini",
    "Nadia Haddad",
)


def first_and_last_names() -> tuple[list[str], list[str], int]:
    """All first names, all last names and how many of each a region has (lists run by region)."""
    firsts = [first.split() for first, _ in REGIONS]
    lasts = [last.split() for _, last in REGIONS]
    return list(chain(*firsts)), list(chain(*lasts)), len(firsts[0])
