#include "storage/migrations/list.hpp"

namespace jishi::storage {

// Columns named open_... and live_... are slots: written from the object's state and never read
// back. A slot is NULL unless the row is open or live, so an index of it holds only such rows, and
// a unique one allows one of them. Sets are names joined by commas, dates "2026-11-22", lists as
// storage/list_codec.hpp writes them.
const Migration v002_market{2, "market", R"sql(
CREATE TABLE organisation (
    id           BINARY(16)   NOT NULL,
    uscc         VARCHAR(18)  NOT NULL,
    open_uscc    VARCHAR(18)  NULL,
    name         VARCHAR(255) NOT NULL,
    kind         VARCHAR(40)  NOT NULL,
    division     VARCHAR(12)  NOT NULL,
    industry     VARCHAR(12)  NOT NULL,
    state        VARCHAR(40)  NOT NULL,
    state_reason TEXT         NOT NULL,
    created_at   BIGINT       NOT NULL,
    version      INT UNSIGNED NOT NULL,
    CONSTRAINT pk_organisation PRIMARY KEY (id),
    UNIQUE KEY uq_organisation_open_uscc (open_uscc),
    KEY ix_organisation_state (state, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE member (
    id              BINARY(16)   NOT NULL,
    organisation_id BINARY(16)   NOT NULL,
    login           VARCHAR(64)  NOT NULL,
    name            VARCHAR(255) NOT NULL,
    roles           VARCHAR(255) NOT NULL,
    status          VARCHAR(40)  NOT NULL,
    created_at      BIGINT       NOT NULL,
    version         INT UNSIGNED NOT NULL,
    CONSTRAINT pk_member PRIMARY KEY (id),
    UNIQUE KEY uq_member_login (login),
    KEY ix_member_organisation (organisation_id, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE credential (
    member_id     BINARY(16)   NOT NULL,
    password_hash VARCHAR(255) NOT NULL,
    failures      INT UNSIGNED NOT NULL,
    locked_until  BIGINT       NULL,
    CONSTRAINT pk_credential PRIMARY KEY (member_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE session (
    id          BINARY(16)   NOT NULL,
    member_id   BINARY(16)   NOT NULL,
    kind        VARCHAR(40)  NOT NULL,
    label       VARCHAR(255) NOT NULL,
    secret_hash VARCHAR(64)  NOT NULL,
    scopes      VARCHAR(255) NOT NULL,
    created_at  BIGINT       NOT NULL,
    expires_at  BIGINT       NOT NULL,
    revoked_at  BIGINT       NULL,
    CONSTRAINT pk_session PRIMARY KEY (id),
    UNIQUE KEY uq_session_secret (secret_hash),
    KEY ix_session_member (member_id, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE listing (
    id             BINARY(16)   NOT NULL,
    kind           VARCHAR(40)  NOT NULL,
    owner_id       BINARY(16)   NOT NULL,
    state          VARCHAR(40)  NOT NULL,
    revision       INT UNSIGNED NOT NULL,
    live_revision  INT UNSIGNED NOT NULL,
    review_pending BOOLEAN      NOT NULL,
    state_reason   TEXT         NOT NULL,
    source_id      VARCHAR(255) NULL,
    published_at   BIGINT       NULL,
    expires_at     BIGINT       NULL,
    created_at     BIGINT       NOT NULL,
    updated_at     BIGINT       NOT NULL,
    live_kind      VARCHAR(40)  NULL,
    live_until     BIGINT       NULL,
    version        INT UNSIGNED NOT NULL,
    CONSTRAINT pk_listing PRIMARY KEY (id),
    UNIQUE KEY uq_listing_source (owner_id, kind, source_id),
    KEY ix_listing_owner (owner_id, id),
    KEY ix_listing_review (review_pending, id),
    KEY ix_listing_live (live_kind, id),
    KEY ix_listing_live_until (live_until),
    CONSTRAINT ck_listing_revision CHECK (live_revision <= revision)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE listing_revision (
    listing_id          BINARY(16)       NOT NULL,
    number              INT UNSIGNED     NOT NULL,
    kind                VARCHAR(40)      NOT NULL,
    title               VARCHAR(255)     NOT NULL,
    summary             MEDIUMTEXT       NOT NULL,
    confidential        MEDIUMTEXT       NOT NULL,
    keywords            MEDIUMTEXT       NOT NULL,
    fields              TEXT             NOT NULL,
    industry            VARCHAR(12)      NOT NULL,
    division            VARCHAR(12)      NOT NULL,
    trl                 TINYINT UNSIGNED NULL,
    trl_basis           VARCHAR(40)      NOT NULL,
    modes               TEXT             NOT NULL,
    price_min_fen       BIGINT           NULL,
    price_max_fen       BIGINT           NULL,
    confidentiality     VARCHAR(40)      NOT NULL,
    problem_solved      MEDIUMTEXT       NOT NULL,
    incumbent_solution  MEDIUMTEXT       NOT NULL,
    advantage           MEDIUMTEXT       NOT NULL,
    price_mode          VARCHAR(40)      NOT NULL,
    price_kind          VARCHAR(40)      NOT NULL,
    service_achievement BOOLEAN          NOT NULL,
    material            MEDIUMTEXT       NOT NULL,
    method              MEDIUMTEXT       NOT NULL,
    efficacy            MEDIUMTEXT       NOT NULL,
    product             MEDIUMTEXT       NOT NULL,
    application         MEDIUMTEXT       NOT NULL,
    current_state       MEDIUMTEXT       NOT NULL,
    target_metrics      MEDIUMTEXT       NOT NULL,
    deadline            CHAR(10)         NULL,
    content_hash        VARCHAR(64)      NOT NULL,
    written_by          BINARY(16)       NOT NULL,
    written_at          BIGINT           NOT NULL,
    CONSTRAINT pk_listing_revision PRIMARY KEY (listing_id, number),
    CONSTRAINT ck_listing_revision_number CHECK (number >= 1),
    CONSTRAINT ck_listing_revision_price CHECK (price_min_fen >= 0 AND price_max_fen >= 0)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE listing_patent (
    listing_id    BINARY(16)   NOT NULL,
    revision      INT UNSIGNED NOT NULL,
    position      INT UNSIGNED NOT NULL,
    patent_number VARCHAR(64)  NOT NULL,
    CONSTRAINT pk_listing_patent PRIMARY KEY (listing_id, revision, position),
    KEY ix_listing_patent_number (patent_number)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE match_ (
    id                   BINARY(16)   NOT NULL,
    need_id              BINARY(16)   NOT NULL,
    need_revision        INT UNSIGNED NOT NULL,
    achievement_id       BINARY(16)   NOT NULL,
    achievement_revision INT UNSIGNED NOT NULL,
    need_owner_id        BINARY(16)   NOT NULL,
    achievement_owner_id BINARY(16)   NOT NULL,
    score                DOUBLE       NOT NULL,
    explanation_json     LONGTEXT     NOT NULL,
    engine_version       VARCHAR(100) NOT NULL,
    need_answer          VARCHAR(40)  NOT NULL,
    achievement_answer   VARCHAR(40)  NOT NULL,
    need_reason          VARCHAR(40)  NULL,
    achievement_reason   VARCHAR(40)  NULL,
    found_at             BIGINT       NOT NULL,
    updated_at           BIGINT       NOT NULL,
    version              INT UNSIGNED NOT NULL,
    CONSTRAINT pk_match PRIMARY KEY (id),
    UNIQUE KEY uq_match_pair (need_id, achievement_id),
    KEY ix_match_achievement (achievement_id, id),
    KEY ix_match_need_owner (need_owner_id, id),
    KEY ix_match_achievement_owner (achievement_owner_id, id),
    CONSTRAINT ck_match_score CHECK (score >= 0 AND score <= 1)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE saved_search (
    id              BINARY(16)   NOT NULL,
    member_id       BINARY(16)   NOT NULL,
    organisation_id BINARY(16)   NOT NULL,
    name            VARCHAR(255) NOT NULL,
    kind            VARCHAR(40)  NOT NULL,
    query           TEXT         NOT NULL,
    created_at      BIGINT       NOT NULL,
    version         INT UNSIGNED NOT NULL,
    CONSTRAINT pk_saved_search PRIMARY KEY (id),
    KEY ix_saved_search_member (member_id, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE search_hit (
    search_id  BINARY(16) NOT NULL,
    listing_id BINARY(16) NOT NULL,
    told_at    BIGINT     NOT NULL,
    CONSTRAINT pk_search_hit PRIMARY KEY (search_id, listing_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- open_pair: buyer, seller, achievement, need, 16 bytes each, zeros for an absent listing.
CREATE TABLE deal (
    id                   BINARY(16)    NOT NULL,
    achievement_id       BINARY(16)    NULL,
    achievement_revision INT UNSIGNED  NULL,
    need_id              BINARY(16)    NULL,
    need_revision        INT UNSIGNED  NULL,
    buyer_id             BINARY(16)    NOT NULL,
    seller_id            BINARY(16)    NOT NULL,
    buyer_hidden         BOOLEAN       NOT NULL,
    state                VARCHAR(40)   NOT NULL,
    state_reason         TEXT          NOT NULL,
    offer_count          INT UNSIGNED  NOT NULL,
    current_offer_id     BINARY(16)    NULL,
    accepted_offer_id    BINARY(16)    NULL,
    offer_by_id          BINARY(16)    NULL,
    terms_hash           VARCHAR(64)   NOT NULL,
    related_party        VARCHAR(40)   NOT NULL,
    due_at               BIGINT        NULL,
    created_at           BIGINT        NOT NULL,
    updated_at           BIGINT        NOT NULL,
    open_pair            VARBINARY(64) NULL,
    open_until           BIGINT        NULL,
    version              INT UNSIGNED  NOT NULL,
    CONSTRAINT pk_deal PRIMARY KEY (id),
    UNIQUE KEY uq_deal_open (open_pair),
    KEY ix_deal_achievement (achievement_id, id),
    KEY ix_deal_need (need_id, id),
    KEY ix_deal_buyer (buyer_id, id),
    KEY ix_deal_seller (seller_id, id),
    KEY ix_deal_open_until (open_until),
    CONSTRAINT ck_deal_listing CHECK (achievement_id IS NOT NULL OR need_id IS NOT NULL)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE offer (
    id             BINARY(16)   NOT NULL,
    deal_id        BINARY(16)   NOT NULL,
    number         INT UNSIGNED NOT NULL,
    by_id          BINARY(16)   NOT NULL,
    written_by     BINARY(16)   NOT NULL,
    mode           VARCHAR(40)  NOT NULL,
    price_fen      BIGINT       NOT NULL,
    payment_mode   VARCHAR(40)  NOT NULL,
    instalments    MEDIUMTEXT   NOT NULL,
    royalty_bp     INT UNSIGNED NULL,
    royalty_base   VARCHAR(40)  NULL,
    territory      TEXT         NOT NULL,
    field_of_use   TEXT         NOT NULL,
    right_valid_to CHAR(10)     NULL,
    deliverables   MEDIUMTEXT   NOT NULL,
    acceptance     MEDIUMTEXT   NOT NULL,
    message        MEDIUMTEXT   NOT NULL,
    terms_hash     VARCHAR(64)  NOT NULL,
    valid_until    BIGINT       NOT NULL,
    made_at        BIGINT       NOT NULL,
    CONSTRAINT pk_offer PRIMARY KEY (id),
    UNIQUE KEY uq_offer_number (deal_id, number),
    CONSTRAINT ck_offer_price CHECK (price_fen >= 0)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- open_pair: listing and broker, 16 bytes each.
CREATE TABLE mandate (
    id                     BINARY(16)    NOT NULL,
    listing_id             BINARY(16)    NOT NULL,
    listing_kind           VARCHAR(40)   NOT NULL,
    principal_id           BINARY(16)    NOT NULL,
    broker_organisation_id BINARY(16)    NOT NULL,
    broker_id              BINARY(16)    NOT NULL,
    commission_bp          INT UNSIGNED  NOT NULL,
    note                   TEXT          NOT NULL,
    state                  VARCHAR(40)   NOT NULL,
    state_reason           TEXT          NOT NULL,
    created_at             BIGINT        NOT NULL,
    updated_at             BIGINT        NOT NULL,
    open_pair              VARBINARY(32) NULL,
    version                INT UNSIGNED  NOT NULL,
    CONSTRAINT pk_mandate PRIMARY KEY (id),
    UNIQUE KEY uq_mandate_open (open_pair),
    KEY ix_mandate_principal (principal_id, id),
    KEY ix_mandate_broker (broker_organisation_id, id),
    CONSTRAINT ck_mandate_commission CHECK (commission_bp <= 10000)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE contract (
    id                BINARY(16)   NOT NULL,
    deal_id           BINARY(16)   NOT NULL,
    buyer_id          BINARY(16)   NOT NULL,
    seller_id         BINARY(16)   NOT NULL,
    drafter_id        BINARY(16)   NOT NULL,
    state             VARCHAR(40)  NOT NULL,
    state_reason      TEXT         NOT NULL,
    kind              VARCHAR(40)  NOT NULL,
    sub_kind          VARCHAR(40)  NOT NULL,
    project_name      VARCHAR(255) NOT NULL,
    subject           MEDIUMTEXT   NOT NULL,
    performance       MEDIUMTEXT   NOT NULL,
    confidentiality   MEDIUMTEXT   NOT NULL,
    results_ownership MEDIUMTEXT   NOT NULL,
    definitions       MEDIUMTEXT   NOT NULL,
    risk              MEDIUMTEXT   NOT NULL,
    valid_from        CHAR(10)     NOT NULL,
    valid_to          CHAR(10)     NOT NULL,
    mode              VARCHAR(40)  NOT NULL,
    price_fen         BIGINT       NOT NULL,
    payment_mode      VARCHAR(40)  NOT NULL,
    instalments       MEDIUMTEXT   NOT NULL,
    royalty_bp        INT UNSIGNED NULL,
    royalty_base      VARCHAR(40)  NULL,
    territory         TEXT         NOT NULL,
    field_of_use      TEXT         NOT NULL,
    right_valid_to    CHAR(10)     NULL,
    deliverables      MEDIUMTEXT   NOT NULL,
    acceptance        MEDIUMTEXT   NOT NULL,
    non_technical     MEDIUMTEXT   NOT NULL,
    ip_items          MEDIUMTEXT   NOT NULL,
    document_hash     VARCHAR(64)  NOT NULL,
    termination_by_id BINARY(16)   NULL,
    effective_at      BIGINT       NULL,
    created_at        BIGINT       NOT NULL,
    updated_at        BIGINT       NOT NULL,
    open_deal_id      BINARY(16)   NULL,
    version           INT UNSIGNED NOT NULL,
    CONSTRAINT pk_contract PRIMARY KEY (id),
    UNIQUE KEY uq_contract_open_deal (open_deal_id),
    KEY ix_contract_deal (deal_id, id),
    KEY ix_contract_buyer (buyer_id, id),
    KEY ix_contract_seller (seller_id, id),
    CONSTRAINT ck_contract_price CHECK (price_fen >= 0)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE contract_signature (
    contract_id     BINARY(16)  NOT NULL,
    organisation_id BINARY(16)  NOT NULL,
    member_id       BINARY(16)  NOT NULL,
    document_hash   VARCHAR(64) NOT NULL,
    signed_at       BIGINT      NOT NULL,
    CONSTRAINT pk_contract_signature PRIMARY KEY (contract_id, organisation_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- position and hash are NULL until the stamper has put the event into the log; uq_event_position finds those rows too.
CREATE TABLE event (
    id             BINARY(16)      NOT NULL,
    position       BIGINT UNSIGNED NULL,
    hash           VARCHAR(64)     NULL,
    object         VARCHAR(64)     NOT NULL,
    object_version INT UNSIGNED    NOT NULL,
    name           VARCHAR(100)    NOT NULL,
    from_state     VARCHAR(40)     NOT NULL,
    to_state       VARCHAR(40)     NOT NULL,
    member_id      BINARY(16)      NULL,
    reason         TEXT            NOT NULL,
    facts          MEDIUMTEXT      NOT NULL,
    audience       MEDIUMTEXT      NOT NULL,
    operators_told BOOLEAN         NOT NULL,
    everyone_told  BOOLEAN         NOT NULL,
    happened_at    BIGINT          NOT NULL,
    CONSTRAINT pk_event PRIMARY KEY (id),
    UNIQUE KEY uq_event_position (position),
    KEY ix_event_object (object, object_version, id),
    CONSTRAINT ck_event_stamp CHECK ((position IS NULL) = (hash IS NULL))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- One row, 1: the newest position of the log.
CREATE TABLE log_head (
    id       INT             NOT NULL,
    position BIGINT UNSIGNED NOT NULL,
    hash     VARCHAR(64)     NOT NULL,
    version  INT UNSIGNED    NOT NULL,
    CONSTRAINT pk_log_head PRIMARY KEY (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE consumer (
    name     VARCHAR(100)    NOT NULL,
    position BIGINT UNSIGNED NOT NULL,
    CONSTRAINT pk_consumer PRIMARY KEY (name)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE stored_answer (
    scope           VARCHAR(100) NOT NULL,
    idempotency_key VARCHAR(255) NOT NULL,
    request_hash    VARCHAR(64)  NOT NULL,
    status          INT          NOT NULL,
    headers         TEXT         NOT NULL,
    body            MEDIUMTEXT   NOT NULL,
    given_at        BIGINT       NOT NULL,
    CONSTRAINT pk_stored_answer PRIMARY KEY (scope, idempotency_key),
    KEY ix_stored_answer_given (given_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- effective_to is the last day in force, NULL while there is no end.
CREATE TABLE rule_param (
    rule_key       VARCHAR(100) NOT NULL,
    effective_from CHAR(10)     NOT NULL,
    effective_to   CHAR(10)     NULL,
    value          BIGINT       NOT NULL,
    source         VARCHAR(255) NOT NULL,
    CONSTRAINT pk_rule_param PRIMARY KEY (rule_key, effective_from),
    CONSTRAINT ck_rule_param_days CHECK (effective_to >= effective_from)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
)sql"};

} // namespace jishi::storage
