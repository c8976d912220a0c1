// Invocation: a whole command line, understood. The variant names every command there is, so that a new one breaks the
// build wherever it must be handled.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "chat/cli/targets.hpp"

namespace parley::chat {

// Where a password comes from. Never from the command line itself, where `ps` shows it.
struct PasswordSource {
    std::optional<std::string> file;
    bool standard_input = false;       // neither: the terminal is asked
};

struct GlobalOptions {
    std::vector<std::string> servers;          // empty: the local cluster's
    std::string profile = "default";
    std::optional<std::string> ca;
    std::optional<std::string> ca_fingerprint; // of an invitation: this CA is trusted without a question
    std::optional<bool> tls;                   // none: as the local cluster says, else on
    bool json = false;
    bool stale = false;                        // reads: what the replica has, without asking a quorum whether it is the newest
    std::chrono::milliseconds timeout{10'000};
};

struct UpCommand {
    std::optional<std::uint32_t> replicas;     // none: as many as the folder has, else 3
    std::string data = "./.parley";
    std::optional<std::uint16_t> base_port;
    std::string listen = "127.0.0.1";
    bool with_parent = false;                  // end when the starting process ends, however it does
    bool lab = false;                          // relays between the replicas, for LabCommand
};
struct LabCommand { std::string order; };          // as Lab::obey takes it
struct StatusCommand {};
struct VerifyCommand {};
struct TransferCommand { std::string replica; };   // its alias, as status shows it
struct MembersCommand {};
struct AddCommand { std::string member; };                             // NAME=HOST:PORT
struct PromoteCommand { std::string replica; };
struct MoveCommand { std::string replica; std::string address; };
struct LeaseCommand { bool on = false; };
struct PriorityCommand { std::string replica; std::optional<std::uint32_t> value; };   // none: it is shown
struct RemoveCommand { std::string replica; };
struct ReplaceCommand { std::string replica; std::string member; };
struct SnapshotCommand { std::string file; };
struct RestoreCommand { std::string file; std::string folder; std::vector<std::string> members; std::string files{}; };   // files: a folder that holds `files`
struct RecoverCommand { std::string survivor; std::string folder; std::vector<std::string> members; bool is_sure = false; };
struct RegisterCommand { std::string name; PasswordSource password; std::string invite{}; };   // invite: its code
struct LogInCommand { std::string name; PasswordSource password; };
struct LogOutCommand { bool everywhere = false; };
struct WhoAmICommand {};
struct PasswordCommand { PasswordSource old_password; std::optional<std::string> new_file; };
struct SessionsCommand {};
struct InviteCommand { std::uint32_t uses = 1; std::uint32_t days = 7; };
struct BlockedCommand {};
struct AdminUsersCommand { std::string pattern; };
struct AdminRoomsCommand {};
struct AdminRegistrationCommand {};                                    // shows it
struct AdminDeleteCommand { std::string user; bool yes = false; bool with_texts = false; };
struct AdminAuditCommand { std::uint32_t limit = 50; };
struct AdminResetCommand { std::string user; PasswordSource password; };
struct UsersCommand { std::string pattern; };
struct DeleteAccountCommand { bool yes = false; bool with_texts = false; };
struct ProfileCommand { std::optional<std::string> name; std::optional<std::uint32_t> colour; };   // neither: it is shown
struct DraftCommand { std::optional<Target> target; std::optional<std::string> text; };            // no text: it is shown; no target: all are
struct ReceiptsCommand { MessageName message; };
struct MyDataCommand { std::string folder; };                          // a new one
struct RoomCreateCommand { std::string name; bool is_private = false; };
struct RoomListCommand {};
struct RoomJoinCommand { Target room; };
struct RoomLeaveCommand { Target room; };
struct RoomInviteCommand { Target room; std::string user; };
struct RoomMembersCommand { Target room; };
struct RoomBansCommand { Target room; };
struct RoomDeleteCommand { Target room; bool yes = false; };
struct SendCommand { Target target; std::string text; std::uint64_t reply_to = 0; };   // text "-": standard input
struct FileSendCommand { Target target; std::string path; std::string text{}; };
struct FileListCommand { Target target; std::uint64_t before = 0; std::uint32_t limit = 50; };
struct FileGetCommand { MessageName message; std::string output{}; };   // output: a file or a folder; empty: the download folder
struct ThreadCommand { MessageName message; std::uint64_t after = 0; };
struct PinsCommand { Target target; };
struct EditsCommand { MessageName message; };
struct HistoryCommand { Target target; std::uint64_t before = 0; std::uint64_t after = 0; std::uint32_t limit = 50; std::string since{}; };   // since: a day
struct ExportCommand { Target target; bool html = false; };
struct TailCommand { std::vector<Target> targets; std::optional<std::uint64_t> from; };
struct ReadCommand { Target target; std::uint64_t number = 0; };
struct UnreadCommand {};
struct SearchCommand { std::string text; std::uint32_t limit = 50; };
// One operation and nothing to ask about it: what it is about, and what then is so.
struct OperationCommand {
    Operation operation;
    std::string key;                           // of the subject in JSON: message, room, user
    std::string subject;                       // general/57
    std::string outcome;                       // pinned; in JSON under "done"
    std::string sentence;                      // for people
};
struct RepliesCommand { Target target; };                                 // suggestions for its last message
struct RepliesModeCommand { std::string mode; };                          // empty: it is shown
struct RepliesAllowCommand { Target target; bool may = false; };          // texts of that room may be sent to the service
struct RepliesForgetCommand {};
struct RepliesMeasureCommand { std::uint64_t seed = 1; std::uint32_t people = 20; std::uint32_t pairs = 500; };
struct ChatCommand {};

using CliCommand =
    std::variant<UpCommand, LabCommand, StatusCommand, VerifyCommand, TransferCommand, MembersCommand, AddCommand, PromoteCommand, MoveCommand, LeaseCommand, PriorityCommand, RemoveCommand, ReplaceCommand, SnapshotCommand, RestoreCommand, RecoverCommand, RegisterCommand, LogInCommand, LogOutCommand, WhoAmICommand, PasswordCommand, SessionsCommand, InviteCommand, BlockedCommand,
                 AdminUsersCommand, AdminRoomsCommand, AdminAuditCommand, AdminResetCommand, ExportCommand,
                 UsersCommand, DeleteAccountCommand, RoomCreateCommand, RoomListCommand, RoomJoinCommand,
                 RoomLeaveCommand, RoomInviteCommand, RoomMembersCommand, RoomBansCommand, RoomDeleteCommand, SendCommand, HistoryCommand, TailCommand,
                 ReadCommand, UnreadCommand, SearchCommand, FileSendCommand, FileGetCommand, FileListCommand, ThreadCommand, PinsCommand, EditsCommand, OperationCommand,
                 RepliesCommand, RepliesModeCommand, RepliesAllowCommand, RepliesForgetCommand, RepliesMeasureCommand, ChatCommand,
                 ProfileCommand, DraftCommand, ReceiptsCommand, MyDataCommand, AdminRegistrationCommand, AdminDeleteCommand>;

struct Invocation {
    GlobalOptions options;
    CliCommand command;
};

// Nothing is to be run: help or version (code 0, text for standard output) or a mistake (code 2, a sentence).
struct Stop {
    int code = 0;
    std::string text;
};

// `environment_profile`: PARLEY_PROFILE, empty when unset.
std::variant<Invocation, Stop> parse_arguments(const std::vector<std::string>& arguments,
                                               const std::string& environment_profile);

}  // namespace parley::chat
