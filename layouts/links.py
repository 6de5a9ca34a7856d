"""Addresses of the platform's other pages, from the templates in the settings; ids are encoded into them."""

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Links:
    """URL templates of PROF, SROM, MSGS, CDET and CDSH, the platform's address put before each."""

    dashboard: str
    profile: str
    room: str
    message: str
    course: str

    def to_profile(self, user_id: str) -> str:
        return self.profile.format(user_id=quote(user_id, safe=""))

    def to_room(self, session_id: str) -> str:
        return self.room.format(session_id=quote(session_id, safe=""))

    def to_message(self, user_id: str) -> str:
        return self.message.format(user_id=quote(user_id, safe=""))

    def to_course(self, course_id: str) -> str:
        return self.course.format(course_id=quote(course_id, safe=""))
