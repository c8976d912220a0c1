// SystemSecrets: the kernel's generator (getrandom). Ends the process rather than hand out weaker bits.
#pragma once

#include "net/ports/secrets.hpp"

namespace parley::net {

class SystemSecrets final : public Secrets {
public:
    void fill(std::span<std::byte> bytes) override;
};

}  // namespace parley::net
