#include "storage/migrations/list.hpp"

namespace jishi::storage {

// The rules of an installation that nobody has adjusted yet (keys: market/rules.hpp), and the log
// before any event.
const Migration v003_house_rules{3, "house_rules", R"sql(
INSERT INTO rule_param (rule_key, effective_from, effective_to, value, source) VALUES
    ('listing.live_days',             '2000-01-01', NULL, 365,    'house default'),
    ('deal.waiting_days',             '2000-01-01', NULL, 30,     'house default'),
    ('offer.valid_days_max',          '2000-01-01', NULL, 180,    'house default'),
    ('session.login_hours',           '2000-01-01', NULL, 12,     'house default'),
    ('token.days_max',                '2000-01-01', NULL, 365,    'house default'),
    ('password.failures_before_lock', '2000-01-01', NULL, 5,      'house default'),
    ('password.lock_minutes',         '2000-01-01', NULL, 15,     'house default'),
    ('match.per_listing_max',         '2000-01-01', NULL, 20,     'house default'),
    ('match.score_min_ppm',           '2000-01-01', NULL, 180000, 'house default'),
    ('mandate.commission_bp_max',     '2000-01-01', NULL, 3000,   'house default'),
    ('import.batch_rows',             '2000-01-01', NULL, 500,    'house default');

INSERT INTO log_head (id, position, hash, version) VALUES (1, 0, '', 1);
)sql"};

} // namespace jishi::storage
