#include "storage/migrations/list.hpp"

namespace jishi::storage {

// A side has one grade of a pair, so side is part of the key and organisation is not.
const Migration v004_match_grade{4, "match_grade", R"sql(
CREATE TABLE match_grade (
    need_id         BINARY(16)       NOT NULL,
    achievement_id  BINARY(16)       NOT NULL,
    side            VARCHAR(40)      NOT NULL,
    organisation_id BINARY(16)       NOT NULL,
    member_id       BINARY(16)       NOT NULL,
    grade           TINYINT UNSIGNED NOT NULL,
    given_at        BIGINT           NOT NULL,
    version         INT UNSIGNED     NOT NULL,
    CONSTRAINT pk_match_grade PRIMARY KEY (need_id, achievement_id, side),
    KEY ix_match_grade_achievement (achievement_id, need_id, side),
    CONSTRAINT ck_match_grade_side CHECK (side IN ('need', 'achievement')),
    CONSTRAINT ck_match_grade_grade CHECK (grade >= 1 AND grade <= 4)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
)sql"};

} // namespace jishi::storage
