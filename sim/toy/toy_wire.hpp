// What toy clients and toy replicas say to each other. Frame types are those of chat, so that one door fits both.
#pragma once

#include <cstdint>

#include "sim/toy/toy_state.hpp"

namespace parley::sim {

enum class ToyFrame : std::uint16_t { hello = 16, submit = 17, answer = 18, read = 19, read_answer = 20 };

// Payload of `submit` is a ToyCommand.
struct ToyAnswer {
    std::uint64_t number = 0;
    std::uint64_t answer = 0;
};
template <class Archive>
void serialize(Archive& archive, ToyAnswer& answer, unsigned) {
    using net::make_nvp;
    archive & make_nvp("number", answer.number) & make_nvp("answer", answer.answer);
}

// "What is your state?", and up to which slot the one that answers goes.
struct ToyRead {
    std::uint64_t id = 0;
};
template <class Archive>
void serialize(Archive& archive, ToyRead& read, unsigned) {
    archive & net::make_nvp("id", read.id);
}
struct ToyReadAnswer {
    std::uint64_t id = 0;
    consensus::Slot applied_through;
};
template <class Archive>
void serialize(Archive& archive, ToyReadAnswer& answer, unsigned) {
    using net::make_nvp;
    archive & make_nvp("id", answer.id) & make_nvp("applied_through", answer.applied_through);
}

}  // namespace parley::sim
