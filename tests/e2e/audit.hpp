// Audit: reads back everything a cluster holds, replica by replica, and compares it with what was promised.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/e2e/cluster.hpp"
#include "tests/e2e/writers.hpp"

namespace parley::e2e {

// Room name to its messages, all of them, in order.
using Histories = std::map<std::string, std::vector<MessageLine>>;

// What one replica (0: any) answers to `parley history`, page by page.
Histories read_histories(Sandbox& sandbox, const Cluster& cluster, int replica, const std::string& profile,
                         const std::vector<std::string>& rooms);

// From what `parley tail` printed.
Histories histories_of(const std::vector<MessageLine>& lines);

// Where two of them part ways first; empty when they are equal.
std::string difference(const Histories& one, const Histories& other);
// Each text at most once, numbers 1, 2, 3, … in every room; the first complaints, none when all is well.
std::vector<std::string> complaints_about(const Histories& histories);
// Every noted message is there, once, in its room at its number.
std::vector<std::string> missing_from(const Histories& histories, const std::map<std::string, Acknowledged>& noted);

}  // namespace parley::e2e
