// RelayingDialer: links to some addresses go through others (parleyd.toml, [relays]). Clients are told the addresses themselves.
#pragma once

#include <map>
#include <string>

#include "net/ports/link.hpp"

namespace parley::chat {

class RelayingDialer final : public net::Dialer {
public:
    RelayingDialer(net::Dialer& dialer, std::map<std::string, std::string> through) : dialer_(dialer), through_(std::move(through)) {}

    void dial(const std::string& address, net::LinkPurpose purpose,
              net::Function<void(net::Result<std::unique_ptr<net::Link>>)> on_result) override {
        const auto relay = through_.find(address);
        dialer_.dial(relay == through_.end() ? address : relay->second, purpose, std::move(on_result));
    }

private:
    net::Dialer& dialer_;
    std::map<std::string, std::string> through_;
};

}  // namespace parley::chat
