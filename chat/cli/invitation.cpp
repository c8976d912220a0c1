#include "chat/cli/invitation.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "chat/cli/addresses.hpp"

namespace parley::chat {
namespace {

constexpr std::string_view scheme = "parley://";
constexpr std::string_view no_tls = "-";

bool is_plain(const std::string& text) {
    return !text.empty() && text.size() <= 128 && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == ':' || c == '-';
    });
}

}  // namespace

std::string to_link(const Invitation& invitation) {
    return fmt::format("{}{}/{}/{}", scheme, fmt::join(invitation.servers, ","),
                       invitation.ca_fingerprint.empty() ? no_tls : invitation.ca_fingerprint, invitation.code);
}

net::Result<Invitation> parse_invitation(const std::string& link) {
    const net::Error wrong{net::ErrorKind::malformed, "this is no invitation; it looks like parley://HOST:PORT/FINGERPRINT/CODE"};
    if (!link.starts_with(scheme)) return wrong;
    const std::string rest = link.substr(scheme.size());
    const std::size_t code = rest.rfind('/');
    if (code == std::string::npos || code == 0) return wrong;
    const std::size_t fingerprint = rest.rfind('/', code - 1);
    if (fingerprint == std::string::npos || fingerprint == 0) return wrong;
    auto servers = parse_addresses(rest.substr(0, fingerprint));
    if (!servers) return servers.error();
    Invitation invitation{*std::move(servers), rest.substr(fingerprint + 1, code - fingerprint - 1), rest.substr(code + 1)};
    if (!is_plain(invitation.ca_fingerprint) || !is_plain(invitation.code)) return wrong;
    if (invitation.ca_fingerprint == no_tls) invitation.ca_fingerprint.clear();
    return invitation;
}

}  // namespace parley::chat
