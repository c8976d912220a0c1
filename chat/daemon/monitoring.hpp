// Monitoring: what the pages of a replica say. /metrics in Prometheus' text format (its naming rules, base units),
// /healthz (the process turns) and /readyz (it has a leader, a quorum, and has applied what it knows to be chosen).
#pragma once

#include <map>
#include <string>

#include "chat/server/server.hpp"
#include "net/asio/http_pages.hpp"

namespace parley::chat {

// A replica that is so many slots behind what it knows as chosen is not ready to take clients.
constexpr std::uint64_t ready_lag_max = 1'000;

// `certificates`: what each is for, and when it ends to be valid.
net::HttpPage monitoring_page(const std::string& path, const ServerMetrics& metrics, const std::string& version,
                              const std::map<std::string, net::WallTime>& certificates = {});

}  // namespace parley::chat
