// Files: from the intent to upload one to the last message that carries it (docs/decisions/0017). Where the bytes are is known only as
// far as replicas say so in commands.
#include <algorithm>
#include <set>

#include "chat/state/context.hpp"
#include "chat/state/names.hpp"
#include "net/ports/marks.hpp"

namespace parley::chat::state {
namespace {

std::uint64_t configuration_id(const Context& context) { return context.configuration != nullptr ? context.configuration->id : 1; }

template <class Range, class Node>
bool hold_a_quorum(const std::set<std::uint64_t>& holders, const Range& voters, Node node) {
    const auto held = std::ranges::count_if(voters, [&](const auto& voter) { return holders.contains(node(voter)); });
    return static_cast<std::size_t>(held) > voters.size() / 2;
}

// The voters that the cluster was founded with are in no slot: until their first change who confirms is believed.
bool are_enough(Context& context, const std::vector<std::uint64_t>& named) {
    const std::set<std::uint64_t> holders(named.begin(), named.end());
    if (holders.empty() || holders.size() != named.size()) return false;
    const auto is_quorum_here = [&] {
        return hold_a_quorum(holders, context.configuration->voters, [](const consensus::Member& member) { return member.node.value; });
    };
    if (context.configuration != nullptr && !is_quorum_here()) return false;
    const auto expected = context.store.files().expected_voters();
    if (!expected || expected->until_ms <= context.store.progress().active_ms || net::planted("expected_voters_overlooked")) return true;
    return hold_a_quorum(holders, expected->voters, [](std::uint64_t voter) { return voter; });
}

std::optional<Refusal> why_not_upload(Context& context, UserId user, std::uint64_t size, bool is_new) {
    FileStore& files = context.store.files();
    if (files.uploads_of(user) >= context.limits.uploads_per_user_max) return Refusal::limit_reached;
    if (files.bytes_of(user) + size > context.limits.file_bytes_per_user_max) return Refusal::quota_exceeded;
    if (is_new && files.bytes() + size > context.limits.all_file_bytes_max) return Refusal::files_full;
    return std::nullopt;
}

void tell(Context& context, FileId file, FileStage stage) { context.effects.push_back(FileChanged{file, stage}); }

void make_whole(Context& context, FileId file) {
    context.store.files().set_whole(file);
    tell(context, file, FileStage::whole);
}

FileId add_file(Context& context, const FileHash& hash, const BeginUpload& operation) {
    const FileId file = context.store.files().add_file(hash, operation.size, operation.chunks);
    tell(context, file, FileStage::begun);
    if (operation.chunks.empty()) make_whole(context, file);   // everybody holds all of nothing
    return file;
}

void end_upload(Context& context, UploadKey key) { tell_if_gone(context, context.store.files().remove_upload(key)); }

}  // namespace

void tell_if_gone(Context& context, std::optional<FileId> file) {
    if (file) tell(context, *file, FileStage::gone);
}

void end_old_uploads(Context& context) {
    constexpr std::uint32_t uploads_per_slot = 64;
    for (const UploadKey& key : context.store.files().uploads_ended(context.store.progress().active_ms, uploads_per_slot)) end_upload(context, key);
}

void end_uploads_of(Context& context, UserId user) {
    for (const FileId file : context.store.files().files_uploaded_by(user)) end_upload(context, UploadKey{user, file});
}

Answer execute(Context& context, const ConfirmFile& command) {
    const auto record = context.store.files().file(command.file);
    if (!record) return {context.slot, Refused{Refusal::no_such_upload}};
    if (record->is_whole) return {context.slot, Done{}};
    if (command.configuration != configuration_id(context)) return {context.slot, Refused{Refusal::members_changed}};
    if (!are_enough(context, command.holders)) return {context.slot, Refused{Refusal::too_few_holders}};
    make_whole(context, command.file);
    return {context.slot, Done{}};
}

Answer execute(Context& context, const ExpectVoters& command) {
    const std::set<std::uint64_t> voters(command.voters.begin(), command.voters.end());
    const bool is_sound = !voters.empty() && voters.size() == command.voters.size() && voters.size() <= consensus::voters_max;
    if (!is_sound) return {context.slot, Refused{Refusal::malformed}};
    if (command.configuration != configuration_id(context)) return {context.slot, Refused{Refusal::members_changed}};
    const std::int64_t active_ms = context.store.progress().active_ms;
    const auto known = context.store.files().expected_voters();
    const bool goes_on = known && known->configuration == command.configuration && known->voters == command.voters && known->until_ms > active_ms;
    context.store.files().expect_voters(
        ExpectedVoters{command.configuration, command.voters, active_ms + context.limits.expected_voters_ms, goes_on ? known->since : context.slot});
    return {context.slot, Done{}};
}

Result execute(Context& context, const Caller& caller, const BeginUpload& operation) {
    if (operation.size > context.limits.file_bytes_max) return Refused{Refusal::file_too_large};
    if (operation.chunks.size() != chunks_of(operation.size)) return Refused{Refusal::malformed};
    FileStore& files = context.store.files();
    const std::int64_t until_ms = context.store.progress().active_ms + context.limits.upload_ms_max;
    const FileHash hash = hash_of_file(operation.size, operation.chunks);
    auto file = files.file_of(hash);
    if (file && files.has_upload(UploadKey{caller.user, *file})) {
        files.renew_upload(UploadKey{caller.user, *file}, until_ms);
    } else {
        if (const auto why = why_not_upload(context, caller.user, operation.size, !file)) return Refused{*why};
        if (!file) file = add_file(context, hash, operation);
        files.add_upload(UploadKey{caller.user, *file}, until_ms);
    }
    return UploadBegun{*file, files.file(*file)->is_whole};
}

Result execute(Context& context, const Caller& caller, const CancelUpload& operation) {
    const UploadKey key{caller.user, operation.file};
    if (!context.store.files().has_upload(key)) return Refused{Refusal::no_such_upload};
    end_upload(context, key);
    return Done{};
}

std::variant<Refusal, MessageFile> file_to_post(Context& context, const Caller& caller, const PostFile& operation) {
    if (const auto why = judge_file_name(operation.name, context.limits.file_name_bytes_max)) return *why;
    if (!is_file_type(operation.type)) return Refusal::malformed;
    FileStore& files = context.store.files();
    if (!files.has_upload(UploadKey{caller.user, operation.file})) return Refusal::no_such_upload;
    const auto record = files.file(operation.file);
    if (!record->is_whole && !net::planted("file_posted_before_whole")) return Refusal::upload_unfinished;
    return MessageFile{operation.file, record->size, operation.name, operation.type};
}

void attach(Context& context, const Caller& author, RoomId room, std::uint64_t number, const MessageFile& file) {
    // The message's use begins before the upload's ends, so that the file is never without one.
    context.store.files().attach(room, number, author.user, file);
    end_upload(context, UploadKey{author.user, file.file});
}

}  // namespace parley::chat::state
