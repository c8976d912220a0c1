#include "sim/sim_secrets.hpp"

namespace parley::sim {

void SimSecrets::fill(std::span<std::byte> bytes) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i % sizeof(bits) == 0) bits = queue_.draw(Subsystem::secrets);
        bytes[i] = static_cast<std::byte>(bits & 0xFFU);
        bits >>= 8U;
    }
}

}  // namespace parley::sim
