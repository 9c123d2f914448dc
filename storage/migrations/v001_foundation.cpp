#include "storage/migrations/list.hpp"

namespace jishi::storage {

// The migrator runs these on an empty database before it can record anything, so each must bear
// being run again. schema_migration comes last: where it stands, the others stand.
const Migration v001_foundation{1, "foundation", R"sql(
CREATE TABLE IF NOT EXISTS lease (
    name     VARCHAR(64)  NOT NULL,
    holder   VARCHAR(128) NOT NULL,
    until_us BIGINT       NOT NULL,
    version  BIGINT       NOT NULL,
    CONSTRAINT pk_lease PRIMARY KEY (name)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS counter (
    name  VARCHAR(64) NOT NULL,
    value BIGINT      NOT NULL,
    CONSTRAINT pk_counter PRIMARY KEY (name)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS schema_migration (
    number          INT          NOT NULL,
    name            VARCHAR(64)  NOT NULL,
    sha256          CHAR(64)     NOT NULL,
    statements_done INT          NOT NULL,
    started_at_us   BIGINT       NOT NULL,
    applied_at_us   BIGINT       NULL,
    applied_ms      BIGINT       NULL,
    holder          VARCHAR(128) NOT NULL,
    CONSTRAINT pk_schema_migration PRIMARY KEY (number)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
)sql"};

} // namespace jishi::storage
