#include "chat/state/command_level.hpp"

namespace parley::chat {
namespace {

constexpr consensus::FeatureLevel from_the_beginning{1};

template <class Alternative, class Variant>
bool is(const Variant& value) {
    return std::holds_alternative<Alternative>(value);
}

consensus::FeatureLevel level_of(const Unnumbered& command) {
    return is<ConfirmFile>(command) || is<ExpectVoters>(command) ? consensus::level_of_files : from_the_beginning;
}

}  // namespace

consensus::FeatureLevel level_of(const Operation& operation) {
    const bool is_of_files = is<BeginUpload>(operation) || is<CancelUpload>(operation) || is<PostFile>(operation);
    return is_of_files ? consensus::level_of_files : from_the_beginning;
}

consensus::FeatureLevel level_of(const Command& command) {
    if (const auto* numbered = std::get_if<Numbered>(&command.body)) return level_of(numbered->operation);
    return level_of(std::get<Unnumbered>(command.body));
}

}  // namespace parley::chat
