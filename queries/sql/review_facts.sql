-- What each reason in `rules` rests on; put where a statement says {review_facts}. A decided session comes back when it
-- has one that it was not decided on: a new reason, another rating or comment, another dispute.
list_filter([
    CASE WHEN rules & 1 > 0 THEN 'dispute:' || md5(concat_ws('|', dispute_opened_at, dispute_reason)) END,
    CASE WHEN rules & 4 > 0 THEN concat('low_rating:', rating, ':', md5(coalesce(student_comment, ''))) END,
    CASE WHEN rules & 8 > 0 THEN concat('short:', epoch_us(actual_start), ':', epoch_us(actual_end)) END,
    CASE WHEN rules & 16 > 0 THEN 'no_show' END,
    CASE WHEN rules & 32 > 0 THEN concat('rating_gap:', rating, ':', st_rating) END,
    CASE WHEN rules & 64 > 0 THEN 'no_recording' END
], lambda fact: fact IS NOT NULL)
