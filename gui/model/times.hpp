// Times as people of this place read them. Milliseconds since 1970-01-01 UTC in, local words out: the zone is the computer's, the words
// and their order are the language's.
#pragma once

#include <cstdint>
#include <string>

namespace parley::gui {

// Changes at local midnight; only good for comparing.
std::int64_t day_of(std::int64_t time_ms);

std::int32_t local_zone_minutes();                                          // east of Greenwich, now
std::string clock_text(std::int64_t time_ms);                               // "14:03"
std::string day_text(std::int64_t time_ms, std::int64_t now_ms);            // "Today", "Yesterday", "Monday, 3 March 2026"
std::string full_time_text(std::int64_t time_ms);                           // "3 March 2026, 14:03:07"

}  // namespace parley::gui
