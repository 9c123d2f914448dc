#include "storage/migrations/list.hpp"

namespace jishi::storage {

// What an act is worth as a grade, in thousandths of 1 (nothing) to 4 (strong).
// market/feedback.hpp says why.
const Migration v005_grade_rules{5, "grade_rules", R"sql(
INSERT INTO rule_param (rule_key, effective_from, effective_to, value, source) VALUES
    ('grade.contracted_milli',       '2000-01-01', NULL, 4000, 'house default'),
    ('grade.terms_agreed_milli',     '2000-01-01', NULL, 4000, 'house default'),
    ('grade.offer_made_milli',       '2000-01-01', NULL, 3500, 'house default'),
    ('grade.both_accepted_milli',    '2000-01-01', NULL, 3500, 'house default'),
    ('grade.accepted_milli',         '2000-01-01', NULL, 3000, 'house default'),
    ('grade.not_our_field_milli',    '2000-01-01', NULL, 1000, 'house default'),
    ('grade.unclear_milli',          '2000-01-01', NULL, 2000, 'house default'),
    ('grade.other_reason_milli',     '2000-01-01', NULL, 1500, 'house default'),
    ('grade.organisation_pairs_max', '2000-01-01', NULL, 500,  'house default');
)sql"};

} // namespace jishi::storage
