// The wiring of the server: which actor's word goes to which other one.
#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "chat/server/impl.hpp"
#include "chat/server/members.hpp"

namespace parley::chat {

consensus::DriverEvents Server::Impl::driver_events() {
    consensus::DriverEvents events;
    events.send = [this](consensus::NodeId to, const consensus::Message& message) { peers_.send(to, message); };
    events.chosen = [this](std::vector<consensus::ChosenSlot> chosen) {
        if (events_.chosen) std::ranges::for_each(chosen, [this](const consensus::ChosenSlot& slot) { events_.chosen(slot); });
        applier_.take(std::move(chosen));
    };
    events.status_changed = [this](const consensus::ReplicaStatus& status) { status_changed(status); };
    events.refused = [this](std::uint32_t count) { gateway_.commands_refused(count); };
    events.failed = [this](const net::Error& error) { fail(error); };
    events.leased_read = [this](consensus::Slot) { ++leased_reads_; };
    return events;
}

consensus::PeersEvents Server::Impl::peers_events() {
    consensus::PeersEvents events;
    events.received = [this](consensus::NodeId from, consensus::Message message) {
        driver_.received(from, std::move(message));
    };
    events.snapshot = [this](consensus::NodeId from, consensus::SnapshotMessage message) {
        exchange_.received(from, std::move(message));
    };
    events.up = [this](consensus::NodeId peer) {
        exchange_.set_peers(peers_.nodes());
        driver_.peer_up(peer);
        reachability_changed();
    };
    events.down = [this](consensus::NodeId peer) {
        driver_.peer_down(peer);
        gateway_.peer_lost(peer.value);
        reachability_changed();
    };
    events.soft = [this](consensus::NodeId from, net::ByteView bytes) { return gateway_.soft_received(from.value, bytes); };
    events.product = [this](consensus::NodeId from, net::ByteView bytes) { return file_message(from, bytes); };
    events.reached = [this] { return log_->reached(); };
    events.went_back = [this](const net::Error& error) { went_back(error); };
    events.outdated = [this](const net::Error& error) { fail(error); };
    return events;
}

GatewayEvents Server::Impl::gateway_events() {
    GatewayEvents events;
    events.propose = [this](std::vector<net::Bytes> commands) { driver_.propose(std::move(commands)); };
    events.read_slot = [this](net::Function<void(consensus::Slot)> known) { driver_.read(std::move(known)); };
    events.status = [this] { return report(); };
    events.soft = [this](net::Bytes payload) { peers_.send_soft(payload); };
    events.boundaries = [this](std::uint64_t node, const BoundaryReport& report) { return self_check_.heard(consensus::NodeId{node}, report); };
    events.room = [this](std::uint64_t node, const RoomReport& report) { room_watch_.heard(consensus::NodeId{node}, report); };
    if (options_.search) {
        events.search = [this](const LoginRow& asking, const AskSearch& question, net::Function<void(Payload)> done) {
            searches_.find(asking, question, std::move(done));
        };
    }
    events.hand_over = [this](consensus::NodeId to) { return driver_.hand_over(to); };
    events.change = [this](const consensus::MembershipChange& wanted) { return change(wanted); };
    events.configuration = [this] { return members_; };
    events.image = [this](consensus::Slot next, consensus::Offers::Answer answer) { exchange_.offers().offer(next, std::move(answer)); };
    events.chunk = [this](const consensus::ImageId& image, std::uint32_t chunk) { return exchange_.offers().chunk(image, chunk); };
    events.files = gateway_files();
    return events;
}

SearchEvents Server::Impl::search_events() {
    SearchEvents events;
    events.settle = [this] { return applier_.settle(); };
    events.note = [this](const std::string& line) { note(line); };
    return events;
}

SearchPlaces Server::Impl::search_places() const {
    return SearchPlaces{state_file, search_file, options_.sqlite_vfs, log_->recovered().identity.cluster.value};
}

ApplierEvents Server::Impl::applier_events() {
    ApplierEvents events;
    events.applied = [this](consensus::Slot through, const std::vector<Effect>& effects) { applied(through, effects); };
    events.failed = [this](const net::Error& error) { state_failed(error); };
    events.is_read_elsewhere = [this] { return images_.is_reading() || searches_.is_reading(); };
    return events;
}

SelfCheckEvents Server::Impl::self_check_events() {
    SelfCheckEvents events;
    // What is not committed may come out otherwise after a crash.
    events.own = [this] {
        std::vector<Boundary> committed = state_->boundaries();
        std::erase_if(committed, [this](const Boundary& boundary) { return boundary.slot > state_->applied_through().value; });
        return committed;
    };
    events.tell = [this](const BoundaryReport& report) { peers_.send_soft(net::encode(SoftMessage{report})); };
    events.judged = [this](const Judgement& judgement) { judged(judgement); };
    return events;
}

RoomEvents Server::Impl::room_events() {
    RoomEvents events;
    events.changed = [this](bool enough) { room_changed(enough); };
    events.tell = [this](const RoomReport& report) {
        if (members_.level >= consensus::level_of_room) peers_.send_soft(net::encode(SoftMessage{report}));
    };
    events.looked = [this] { room_looked(); };
    return events;
}

FrontDoorEvents Server::Impl::front_door_events() {
    FrontDoorEvents events;
    events.replica = [this](std::unique_ptr<net::Link> link, const net::FrameView& hello) {
        const net::Result<consensus::NodeId> node = peers_.accept(std::move(link), hello);
        if (!node) note(fmt::format("refused a replica's link: {}", node.error().message));
    };
    events.client = [this](std::unique_ptr<net::Link> link, const net::FrameView& hello) {
        gateway_.accept(std::move(link), hello);
    };
    events.note = [this](const std::string& line) { note(line); };
    return events;
}

consensus::FetchOptions Server::Impl::fetch_options() const {
    consensus::FetchOptions options;
    options.folder = state_folder;
    for (const consensus::Member& member : everybody(members())) {
        if (member.node != log_->recovered().identity.node) options.peers.push_back(member.node);
    }
    return options;
}

consensus::FetchEvents Server::Impl::fetch_events() {
    consensus::FetchEvents events;
    events.send = [this](consensus::NodeId to, const consensus::SnapshotMessage& message) { peers_.send(to, message); };
    events.check = [this](const std::string& path, const consensus::Manifest& manifest,
                          net::Function<void(net::Result<void>)> done) { images_.check(path, manifest, std::move(done)); };
    events.ready = [this](consensus::Slot) {
        if (events_.start_anew) events_.start_anew();
    };
    events.failed = [this](const net::Error& error) { fail(error); };
    events.note = [this](const std::string& line) { note(line); };
    return events;
}

consensus::OffersEvents Server::Impl::offers_events() {
    consensus::OffersEvents events;
    events.send = [this](consensus::NodeId to, const consensus::SnapshotMessage& message) { peers_.send(to, message); };
    events.make = [this](Images::Made made) {
        if (to_fetch_) return made(net::Error{net::ErrorKind::refused, "there is no state yet"});
        // Whoever copied a contradicted state would count for it.
        if (!has_room_for_an_image()) return made(net::Error{net::ErrorKind::refused, "this replica's disk has no room for one"});
        if (self_check_.is_disputed()) return made(net::Error{net::ErrorKind::refused, "no majority agrees with this state"});
        images_.make([this, told = std::move(made)](net::Result<consensus::MadeImage> image) mutable {
            if (!image && image.error().kind == net::ErrorKind::damaged) return state_failed(image.error());
            told(std::move(image));
        });
    };
    events.floor = [this] { return log_->floor(); };
    events.close = [this](std::shared_ptr<net::File> file) { images_.close(std::move(file)); };
    return events;
}

}  // namespace parley::chat
