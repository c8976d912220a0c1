// The bytes of files on this replica: when they are looked after, what is said about them to whom, and that who votes is changed with them in
// mind (decision 0017, rules B1 and B2). Below its feature level nothing of this happens.
#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "chat/server/impl.hpp"
#include "chat/server/members.hpp"
#include "net/archive/archive.hpp"
#include "net/ports/marks.hpp"

namespace parley::chat {

ChunkKeeperOptions Server::Impl::keeper_options() const {
    ChunkKeeperOptions options = options_.chunks;
    options.folder = files_folder;
    return options;
}

ChunkKeeperEvents Server::Impl::keeper_events() {
    ChunkKeeperEvents events;
    events.lost = [this](const ChunkHash&) { file_exchange_.lost(); };
    events.failed = [this](const net::Error& error) { fail(error); };
    events.takes = [this](std::uint64_t bytes) { return room_watch_.take(bytes); };
    return events;
}

CollectorOptions Server::Impl::collector_options() const {
    CollectorOptions options;
    options.every = options_.collect_every;
    options.not_before = end_of_log(log_->recovered()).value;
    return options;
}

FileExchangeOptions Server::Impl::exchange_options() const {
    FileExchangeOptions options = options_.files;
    options.self = log_->recovered().identity.node;
    return options;
}

// A program below that level takes such a frame for nonsense and closes the link.
FileExchangeEvents Server::Impl::exchange_events() {
    FileExchangeEvents events;
    events.send = [this](std::span<const consensus::NodeId> to, const FileMessage& message) {
        if (members_.level < consensus::level_of_files) return std::vector<consensus::NodeId>{};
        return peers_.send_product(to, net::encode(message));
    };
    // No request of the gateway's: nobody waits for the answer.
    events.propose = [this](const Unnumbered& command) {
        const Origin origin{log_->recovered().identity.node.value, log_->recovered().incarnation, 0};
        driver_.propose({net::encode(Command{origin, command})});
    };
    events.configuration = [this] { return driver_.configuration(); };
    events.peers = [this] { return reachable_members(); };
    return events;
}

GatewayFiles Server::Impl::gateway_files() {
    GatewayFiles files;
    files.are_ready = [this] { return are_files_ready_; };
    files.missing = [this](const std::vector<ChunkHash>& chunks) { return missing_here(chunks_, chunks); };
    files.bring = [this](FileId file, std::uint32_t place, const ChunkHash& chunk, net::Bytes bytes, ChunkKeeper::Put done) {
        file_exchange_.bring({file, place, chunk}, std::move(bytes), std::move(done));
    };
    files.read = [this](const ChunkHash& chunk, ChunkKeeper::Read done) { chunks_.read(chunk, std::move(done)); };
    files.want = [this](const ChunkHash& chunk) { file_exchange_.want(chunk); };
    files.confirm = [this](FileId file) { return file_exchange_.confirm(file); };
    return files;
}

std::vector<consensus::NodeId> Server::Impl::reachable_members() const {
    std::vector<consensus::NodeId> members;
    std::ranges::copy_if(nodes_of(everybody(members_)), std::back_inserter(members), [this](consensus::NodeId node) { return peers_.reachable(node); });
    return members;
}

void Server::Impl::begin_files() {
    if (to_fetch_ || members_.level < consensus::level_of_files || std::exchange(are_files_begun_, true)) return;
    chunks_.start([this] {
        are_files_ready_ = true;
        collector_.start();
        file_exchange_.start();
    });
}

// False: the bytes make no sense.
bool Server::Impl::file_message(consensus::NodeId from, net::ByteView bytes) {
    auto message = net::decode<FileMessage>(bytes);
    if (message && are_files_ready_) file_exchange_.received(from, *std::move(message));
    return message.has_value();
}

void Server::Impl::files_changed(const std::vector<Effect>& effects) {
    for (const Effect& effect : effects) {
        const auto* const change = std::get_if<FileChanged>(&effect);
        if (change == nullptr) continue;
        if (are_files_ready_) file_exchange_.changed(*change);   // what comes sooner, the first look finds
        if (events_.file_changed) events_.file_changed(*change);
    }
}

net::Result<void> Server::Impl::change(const consensus::MembershipChange& change) {
    const bool is_other_quorum = change.kind == consensus::ChangeKind::promote ||
                                 (change.kind == consensus::ChangeKind::remove && consensus::find_voter(members_, change.member.node) != nullptr);
    if (!is_other_quorum || members_.level < consensus::level_of_files || net::planted("voters_change_without_files")) return driver_.change(change);
    return prepare_voters(change);
}

// It has begun when the next voters are being asked. Whoever wants it asks again until it is done, and hears who holds it up.
net::Result<void> Server::Impl::prepare_voters(const consensus::MembershipChange& change) {
    if (const auto may = driver_.may_change(change); !may) return may;
    if (!are_files_ready_) return net::Error{net::ErrorKind::timed_out, "this replica still looks which files it has; try again in a moment"};
    const auto next = consensus::changed(driver_.configuration(), change);
    if (!next) return next.error();
    const std::vector<consensus::NodeId> voters = nodes_of(next->voters);
    const auto newcomer = change.kind == consensus::ChangeKind::promote ? std::optional{change.member.node} : std::nullopt;
    NextVoters& preparing = file_exchange_.next_voters();
    const bool is_again = preparing.is_under_way();
    preparing.prepare(voters, newcomer, [this, change, voters] { change_prepared(change, voters); });
    const std::vector<consensus::NodeId> incomplete = preparing.incomplete();
    if (!is_again || incomplete.empty()) return {};
    return net::Error{net::ErrorKind::timed_out, fmt::format("replica {} is not known to hold every file yet; try again later", alias_of(*next, incomplete.front()))};
}

void Server::Impl::change_prepared(const consensus::MembershipChange& change, const std::vector<consensus::NodeId>& voters) {
    const auto next = consensus::changed(driver_.configuration(), change);
    if (!next || nodes_of(next->voters) != voters) return;   // others are members by now: it is to be asked for again
    if (const auto begun = driver_.change(change); !begun) note("the change of members did not begin: " + begun.error().message);
}

}  // namespace parley::chat
