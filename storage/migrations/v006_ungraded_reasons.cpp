#include "storage/migrations/list.hpp"

namespace jishi::storage {

// Reasons that named to one side what the other had graded; docs/adr/0010. None is shown for these.
const Migration v006_ungraded_reasons{6, "ungraded_reasons", R"sql(
UPDATE match_ SET explanation_json = '' WHERE explanation_json LIKE '%"kind":"feedback"%';
)sql"};

} // namespace jishi::storage
