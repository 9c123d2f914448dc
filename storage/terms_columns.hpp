// The columns of the terms, the same wherever terms are stored: in an offer and in a contract.
#pragma once

#include "market/terms.hpp"
#include "storage/list_codec.hpp"

namespace jishi::storage {

template<>
struct Parts<market::Instalment> {
    static void each(auto& io, auto& instalment) {
        io(instalment.label);
        io(instalment.amount_fen);
        io(instalment.due_on);
    }
};

void terms_columns(auto& io, auto& terms) {
    io("mode", terms.mode);
    io("price_fen", terms.price_fen);
    io("payment_mode", terms.payment_mode);
    io("instalments", terms.instalments);
    io("royalty_bp", terms.royalty_bp);
    io("royalty_base", terms.royalty_base);
    io("territory", terms.territory);
    io("field_of_use", terms.field_of_use);
    io("right_valid_to", terms.valid_to);
    io("deliverables", terms.deliverables);
    io("acceptance", terms.acceptance);
}

} // namespace jishi::storage
