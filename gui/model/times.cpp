#include "gui/model/times.hpp"

#include <array>
#include <ctime>

#include "gui/model/words.hpp"

namespace parley::gui {
namespace {

constexpr std::array<const char*, 7> weekdays{N_("Sunday"), N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday")};
constexpr std::array<const char*, 12> months{N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"),
                                             N_("July"), N_("August"), N_("September"), N_("October"), N_("November"), N_("December")};

std::tm local(std::int64_t time_ms) {
    const std::time_t seconds = static_cast<std::time_t>(time_ms / 1000);
    std::tm parts{};
    localtime_r(&seconds, &parts);
    return parts;
}

std::string date_of(const std::tm& parts) {
    // TRANSLATORS: a date: day, month, year
    return tr("{0} {1} {2}", parts.tm_mday, tr(months[static_cast<std::size_t>(parts.tm_mon)]), parts.tm_year + 1900);
}

}  // namespace

std::int64_t day_of(std::int64_t time_ms) {
    const std::tm parts = local(time_ms);
    return std::int64_t{parts.tm_year} * 400 + parts.tm_yday;
}

std::int32_t local_zone_minutes() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    localtime_r(&now, &parts);
    return static_cast<std::int32_t>(parts.tm_gmtoff / 60);
}

std::string clock_text(std::int64_t time_ms) {
    const std::tm parts = local(time_ms);
    // TRANSLATORS: a time of day: hour (of 24), minute
    return tr("{0:02}:{1:02}", parts.tm_hour, parts.tm_min);
}

std::string day_text(std::int64_t time_ms, std::int64_t now_ms) {
    constexpr std::int64_t day_ms = 24 * 60 * 60 * 1000;
    if (day_of(time_ms) == day_of(now_ms)) return tr("Today");
    if (day_of(time_ms) == day_of(now_ms - day_ms)) return tr("Yesterday");
    const std::tm parts = local(time_ms);
    // TRANSLATORS: a weekday and its date
    return tr("{0}, {1}", tr(weekdays[static_cast<std::size_t>(parts.tm_wday)]), date_of(parts));
}

std::string full_time_text(std::int64_t time_ms) {
    const std::tm parts = local(time_ms);
    // TRANSLATORS: a date and a time of day: hour (of 24), minute, second
    return tr("{0}, {1:02}:{2:02}:{3:02}", date_of(parts), parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace parley::gui
