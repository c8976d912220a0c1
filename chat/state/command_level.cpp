#include "chat/state/command_level.hpp"

namespace parley::chat {
namespace {

constexpr consensus::FeatureLevel from_the_beginning{1};

template <class... Alternatives, class Variant>
bool is(const Variant& value) {
    return (std::holds_alternative<Alternatives>(value) || ...);
}

consensus::FeatureLevel level_of(const Unnumbered& command) {
    return is<ConfirmFile, ExpectVoters>(command) ? consensus::level_of_files : from_the_beginning;
}

// The room or conversation that an operation is about.
template <class One>
const Target* target_in(const One& operation) {
    if constexpr (requires { operation.target; }) {
        return &operation.target;
    } else if constexpr (requires { operation.room; }) {
        return &operation.room;
    } else {
        return nullptr;
    }
}

bool is_about_several_people(const Operation& operation) {
    const Target* const target = std::visit([](const auto& one) { return target_in(one); }, operation);
    return target != nullptr && is<ByPeople>(*target);
}

}  // namespace

consensus::FeatureLevel level_of(const Operation& operation) {
    const bool is_of_files = is<BeginUpload, CancelUpload, PostFile>(operation);
    const bool is_of_people = is<SetProfile, SetAdministrator, DeleteUser, FreeName, EraseAccount, KeepDraft>(operation);
    if (is_of_files) return consensus::level_of_files;
    return is_of_people || is_about_several_people(operation) ? consensus::level_of_people : from_the_beginning;
}

consensus::FeatureLevel level_of(const Command& command) {
    if (const auto* numbered = std::get_if<Numbered>(&command.body)) return level_of(numbered->operation);
    return level_of(std::get<Unnumbered>(command.body));
}

}  // namespace parley::chat
