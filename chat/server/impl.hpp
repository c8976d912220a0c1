// The inside of the Server: its actors and what passes between them. Only server.cpp and the files whose names begin with server_
// include it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "chat/server/erasing_pace.hpp"
#include "chat/server/front_door.hpp"
#include "chat/server/images.hpp"
#include "chat/server/opened_state.hpp"
#include "chat/server/searches.hpp"
#include "chat/server/server.hpp"
#include "consensus/driver/driver.hpp"

namespace parley::chat {

// Where the state lies, and through which VFS it is opened.
StateFiles state_files(const ServerOptions& options);

struct Server::Impl {
    Impl(ServerPorts ports, ServerOptions options, ServerEvents events, std::unique_ptr<consensus::Log> log,
         OpenedState opened);
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl();

    // ---- server_events.cpp: what each actor is told to say to whom ----
    consensus::DriverEvents driver_events();
    consensus::PeersEvents peers_events();
    GatewayEvents gateway_events();
    SearchEvents search_events();
    ApplierEvents applier_events();
    FrontDoorEvents front_door_events();
    SearchPlaces search_places() const;
    consensus::FetchOptions fetch_options() const;
    consensus::FetchEvents fetch_events();
    consensus::OffersEvents offers_events();
    SelfCheckEvents self_check_events();
    RoomEvents room_events();
    // server_files.cpp has these.
    ChunkKeeperOptions keeper_options() const;
    ChunkKeeperEvents keeper_events();
    CollectorOptions collector_options() const;
    FileExchangeOptions exchange_options() const;
    FileExchangeEvents exchange_events();
    GatewayFiles gateway_files();

    // ---- server.cpp ----
    [[nodiscard]] consensus::AppliedState applied_at_start() const;
    void start();
    void status_changed(const consensus::ReplicaStatus& status);
    void follow_configuration();
    [[nodiscard]] std::uint32_t reachable_voters() const;
    [[nodiscard]] const consensus::Configuration& members() const { return members_; }
    void reachability_changed();
    void applied(consensus::Slot through, const std::vector<Effect>& effects);
    void note(const std::string& line);

    // ---- server_doubts.cpp: when this replica, or its state, must not go on as it is ----
    void fail(const net::Error& error);
    void state_failed(const net::Error& error);
    void fetch_state();
    [[nodiscard]] net::Result<void> before_read();
    void judged(const Judgement& judgement);
    void leave_state(const Judgement& judgement);
    void end_voting(const Judgement& judgement);
    void went_back(const net::Error& error);

    // ---- server_room.cpp: the disk fills up (P16) ----
    void room_changed(bool enough);
    void room_looked();
    [[nodiscard]] Room room() const;
    [[nodiscard]] bool has_room_for_an_image();

    // ---- server_files.cpp: the bytes of files (decision 0017) ----
    void begin_files();
    bool file_message(consensus::NodeId from, net::ByteView bytes);
    void files_changed(const std::vector<Effect>& effects);
    [[nodiscard]] std::vector<consensus::NodeId> reachable_members() const;
    net::Result<void> change(const consensus::MembershipChange& change);
    net::Result<void> prepare_voters(const consensus::MembershipChange& change);
    void change_prepared(const consensus::MembershipChange& change, const std::vector<consensus::NodeId>& voters);

    // ---- server_erasing.cpp: what was deleted goes, also where nobody writes ----
    [[nodiscard]] bool has_to_erase() const;
    void watch_erasing();
    void make_a_slot_to_erase_with();

    // ---- server_leadership.cpp: whether another replica should lead ----
    void watch_leadership();
    void look_at_leadership();
    [[nodiscard]] consensus::LeadershipSeen seen_of_leadership() const;

    // ---- server_report.cpp ----
    [[nodiscard]] StatusReport report() const;
    [[nodiscard]] ServerMetrics metrics() const;
    [[nodiscard]] std::uint64_t refused_links() const;

    net::Loop& loop_;
    net::Disk& disk_;
    ServerOptions options_;
    ServerEvents events_;
    bool failed_ = false;
    bool dismissed_ = false;
    std::string last_leader_;
    std::uint64_t leased_reads_ = 0;
    net::TimerId leadership_timer_;
    net::TimerId erasing_timer_;
    ErasingPace erasing_pace_;
    // In the order in which they depend on each other.
    std::unique_ptr<consensus::Log> log_;
    consensus::Configuration members_;
    std::unique_ptr<ChatState> state_;
    std::unique_ptr<View> view_;
    // This replica only fetches a state from the others, and takes no part before it has it.
    const std::optional<consensus::Slot> to_fetch_;
    consensus::Peers peers_;
    Gateway gateway_;
    Applier applier_;
    Images images_;
    Scrubber scrubber_;
    consensus::LogScrubber log_scrubber_;
    SelfCheck self_check_;
    RoomWatch room_watch_;
    ChunkKeeper chunks_;
    Collector collector_;
    FileExchange file_exchange_;
    bool are_files_begun_ = false;
    bool are_files_ready_ = false;   // it is known which chunks are here
    consensus::Leadership leadership_;
    Searches searches_;
    consensus::Driver driver_;
    consensus::Exchange exchange_;
    FrontDoor front_door_;
};

}  // namespace parley::chat
