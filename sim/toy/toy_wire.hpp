// What toy clients and toy replicas say to each other. Frame types are those of chat, so that one door fits both.
#pragma once

#include <cstdint>

#include "sim/toy/toy_state.hpp"

namespace parley::sim {

enum class ToyFrame : std::uint16_t { hello = 16, submit = 17, answer = 18 };

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

}  // namespace parley::sim
