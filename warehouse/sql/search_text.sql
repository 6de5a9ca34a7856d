-- How names are compared in a search: without case, without accents, letters that carry no accent spelt out.
CREATE OR REPLACE MACRO search_text(name) AS
    replace(replace(replace(
        translate(strip_accents(lower(name)), 'łøđıħŧς', 'lodihtσ'),
        'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe');
