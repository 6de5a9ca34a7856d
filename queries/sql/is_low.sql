-- A low rating: one that counts and is not above the setting.
CREATE MACRO is_low(counted_rating, low_rating) AS coalesce(counted_rating <= low_rating, false);
