// Addresses of a formation; apart from its making, which needs disks and certificates.
#include "chat/cli/addresses.hpp"
#include "chat/cli/up/formation.hpp"

namespace parley::chat {

std::string Formation::address(std::uint32_t replica) const {
    return to_text(HostPort{listen, static_cast<std::uint16_t>(base_port + replica - 1)});
}

std::vector<std::string> Formation::addresses() const {
    std::vector<std::string> all;
    for (std::uint32_t i = 1; i <= replicas; ++i) all.push_back(address(i));
    return all;
}

}  // namespace parley::chat
