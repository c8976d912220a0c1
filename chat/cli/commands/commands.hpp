// Every command of parley but `up` and `chat`: what it asks, what it prints, its exit code. They throw CommandFailed.
#pragma once

#include "chat/cli/exit.hpp"
#include "chat/cli/invocation.hpp"

namespace parley::chat {

Exit run(const LabCommand& command, const GlobalOptions& options);
Exit run(const StatusCommand& command, const GlobalOptions& options);
Exit run(const VerifyCommand& command, const GlobalOptions& options);
Exit run(const TransferCommand& command, const GlobalOptions& options);
Exit run(const MembersCommand& command, const GlobalOptions& options);
Exit run(const AddCommand& command, const GlobalOptions& options);
Exit run(const PromoteCommand& command, const GlobalOptions& options);
Exit run(const MoveCommand& command, const GlobalOptions& options);
Exit run(const LeaseCommand& command, const GlobalOptions& options);
Exit run(const PriorityCommand& command, const GlobalOptions& options);
Exit run(const RemoveCommand& command, const GlobalOptions& options);
Exit run(const ReplaceCommand& command, const GlobalOptions& options);
Exit run(const SnapshotCommand& command, const GlobalOptions& options);
Exit run(const RestoreCommand& command, const GlobalOptions& options);
Exit run(const RecoverCommand& command, const GlobalOptions& options);

Exit run(const RegisterCommand& command, const GlobalOptions& options);
Exit run(const LogInCommand& command, const GlobalOptions& options);
Exit run(const LogOutCommand& command, const GlobalOptions& options);
Exit run(const WhoAmICommand& command, const GlobalOptions& options);
Exit run(const PasswordCommand& command, const GlobalOptions& options);
Exit run(const SessionsCommand& command, const GlobalOptions& options);
Exit run(const InviteCommand& command, const GlobalOptions& options);
Exit run(const BlockedCommand& command, const GlobalOptions& options);
Exit run(const UsersCommand& command, const GlobalOptions& options);

Exit run(const AdminUsersCommand& command, const GlobalOptions& options);
Exit run(const AdminRoomsCommand& command, const GlobalOptions& options);
Exit run(const AdminAuditCommand& command, const GlobalOptions& options);
Exit run(const AdminResetCommand& command, const GlobalOptions& options);
Exit run(const ExportCommand& command, const GlobalOptions& options);
Exit run(const DeleteAccountCommand& command, const GlobalOptions& options);

Exit run(const ProfileCommand& command, const GlobalOptions& options);
Exit run(const DraftCommand& command, const GlobalOptions& options);
Exit run(const ReceiptsCommand& command, const GlobalOptions& options);
Exit run(const MyDataCommand& command, const GlobalOptions& options);
Exit run(const AdminRegistrationCommand& command, const GlobalOptions& options);
Exit run(const AdminDeleteCommand& command, const GlobalOptions& options);

Exit run(const RoomCreateCommand& command, const GlobalOptions& options);
Exit run(const RoomListCommand& command, const GlobalOptions& options);
Exit run(const RoomJoinCommand& command, const GlobalOptions& options);
Exit run(const RoomLeaveCommand& command, const GlobalOptions& options);
Exit run(const RoomInviteCommand& command, const GlobalOptions& options);
Exit run(const RoomMembersCommand& command, const GlobalOptions& options);
Exit run(const RoomBansCommand& command, const GlobalOptions& options);
Exit run(const RoomDeleteCommand& command, const GlobalOptions& options);

Exit run(const SendCommand& command, const GlobalOptions& options);
Exit run(const FileSendCommand& command, const GlobalOptions& options);
Exit run(const FileGetCommand& command, const GlobalOptions& options);
Exit run(const FileListCommand& command, const GlobalOptions& options);
Exit run(const HistoryCommand& command, const GlobalOptions& options);
Exit run(const TailCommand& command, const GlobalOptions& options);
Exit run(const ReadCommand& command, const GlobalOptions& options);
Exit run(const SearchCommand& command, const GlobalOptions& options);
Exit run(const UnreadCommand& command, const GlobalOptions& options);
Exit run(const ThreadCommand& command, const GlobalOptions& options);
Exit run(const PinsCommand& command, const GlobalOptions& options);
Exit run(const EditsCommand& command, const GlobalOptions& options);
Exit run(const OperationCommand& command, const GlobalOptions& options);

Exit run(const RepliesCommand& command, const GlobalOptions& options);
Exit run(const RepliesModeCommand& command, const GlobalOptions& options);
Exit run(const RepliesAllowCommand& command, const GlobalOptions& options);
Exit run(const RepliesForgetCommand& command, const GlobalOptions& options);
Exit run(const RepliesMeasureCommand& command, const GlobalOptions& options);

}  // namespace parley::chat
