#include "sim/toy/toy_replica.hpp"

#include <fmt/core.h>

#include "net/ports/check.hpp"
#include "net/ports/marks.hpp"
#include "sim/chance.hpp"
#include "sim/disk_layout.hpp"
#include "sim/outgrown.hpp"

namespace parley::sim {
std::unique_ptr<ToyReplica> ToyReplica::start(const ToySetting& setting, Machine& machine, Owner owner) {
    auto loop = std::make_unique<SimLoop>(setting.queue, owner, machine.clock());
    consensus::NodeId node;
    const auto refused = [&](const net::Error& why) {
        const bool is_outgrown = why.kind == net::ErrorKind::outdated && update_if_outgrown(setting.oracles.levels, machine, node, machine.version(), consensus::highest_feature_level);
        if (is_outgrown || machine.is_excused()) return nullptr;
        setting.oracles.judge.fail(Oracle::recovery, fmt::format("machine {} does not start: {}", machine.id().value, why.message));
        return nullptr;
    };
    auto log = consensus::Log::open(machine.disk(), *loop, log_folder, log_options(setting.options));
    if (!log) return refused(log.error());
    setting.oracles.durability.opened(machine.disk().unsynced_names(log_folder));
    node = (*log)->recovered().identity.node;
    const auto installed = ToyImages::install(machine.disk(), **log, setting.shelf, setting.oracles, machine.id());
    if (!installed) return refused(installed.error());
    setting.oracles.durability.started((*log)->recovered().identity.node, (*log)->recovered());
    try {
        return std::unique_ptr<ToyReplica>(new ToyReplica(setting, machine, owner, std::move(loop), std::move(*log)));
    } catch (const consensus::CannotStart& why) {
        return refused({why.kind(), why.what()});
    }
}

ToyReplica::ToyReplica(const ToySetting& setting, Machine& machine, Owner owner, std::unique_ptr<SimLoop> loop,
                       std::unique_ptr<consensus::Log> log)
    : setting_(setting),
      machine_(machine),
      owner_(owner),
      node_(log->recovered().identity.node),
      version_(machine.version()),
      loop_(std::move(loop)),
      log_(std::move(log)),
      state_(setting.shelf, setting.lies),
      dialer_(setting.network.dialer(owner)),
      listener_(setting.network.listener(owner)),
      leadership_(node_, leadership_times(setting.options)),
      images_(*loop_, machine.disk(), setting.shelf, setting.oracles, static_cast<std::uint32_t>(setting.options.image_chunk)) {
    if (setting.options.mixed_versions != 0) setting.oracles.levels.started(node_, level());
    make_driver();
    make_peers();
    make_exchange();
    open_door();
    follow_configuration();
    driver_->start();
    peers_->start();
    if (setting.options.prefer_every_ms > 0) watch_leadership();
}

ToyReplica::~ToyReplica() = default;

void ToyReplica::make_driver() {
    consensus::DriverEvents events;
    events.send = [this](consensus::NodeId to, const consensus::Message& message) { peers_->send(to, message); };
    events.chosen = [this](std::vector<consensus::ChosenSlot> slots) { chosen(std::move(slots)); };
    events.status_changed = [this](const consensus::ReplicaStatus& status) {
        follow_configuration();
        exchange_->status(status);
        if (status.dismissed) {
            machine_.leave([&configurations = setting_.oracles.configurations, node = node_] {
                return consensus::find_member(configurations.newest(), node) != nullptr;
            });
        }
    };
    events.refused = [](std::uint32_t) {};   // clients ask again
    events.failed = [this](const net::Error& why) { stopped(why); };
    events.leased_read = [this](consensus::Slot slot) { setting_.oracles.leases.answered(node_, driver_->status().ballot, slot); };
    consensus::Options options = protocol_options(setting_.options);
    options.feature_level = level();
    driver_ = std::make_unique<consensus::Driver>(*loop_, *log_, options, state_.applied(), std::move(events));
}

bool ToyReplica::holds_lease() const {
    const auto until = status().lease_until;
    return until && loop_->now() < *until;
}

void ToyReplica::follow_configuration() {
    const consensus::Configuration& configuration = driver_->configuration();
    if (std::exchange(configuration_id_, configuration.id) == configuration.id) return;
    peers_->set_members(configuration);
    exchange_->set_peers(peers_->nodes());
}

void ToyReplica::watch_leadership() {
    loop_->after(leadership_.times().beat, [this] { watch_leadership(); });
    const auto successor = leadership_.successor(seen_of_leadership(), driver_->configuration(), loop_->now());
    if (!successor || !driver_->hand_over(successor->node)) return;
    leadership_.begun(*successor, loop_->now());
    setting_.oracles.preference.made_way(node_, log_->recovered().incarnation, successor->node, driver_->configuration(), loop_->now());
}

consensus::LeadershipSeen ToyReplica::seen_of_leadership() const {
    const consensus::ReplicaStatus now = status();
    consensus::LeadershipSeen seen;
    seen.leads = now.leading && !now.handing_over_to;
    for (const consensus::Member& voter : driver_->configuration().voters) {
        if (seen.leads && peers_->reachable(voter.node) && driver_->keeps_up(voter.node)) seen.able.push_back(voter.node);
    }
    return seen;
}

void ToyReplica::make_peers() {
    const consensus::Recovered& recovered = log_->recovered();
    consensus::PeersOptions options;
    options.cluster = recovered.identity.cluster;
    options.self = node_;
    options.incarnation = recovered.incarnation;
    options.lives = recovered.lives;
    options.configuration = recovered.identity.genesis;
    options.address = machine_.identity().address;
    options.feature_level = level();
    consensus::PeersEvents events;
    events.received = [this](consensus::NodeId from, consensus::Message message) {
        driver_->received(from, std::move(message));
    };
    events.snapshot = [this](consensus::NodeId from, consensus::SnapshotMessage message) {
        exchange_->received(from, std::move(message));
    };
    events.up = [this](consensus::NodeId peer) {
        exchange_->set_peers(peers_->nodes());
        driver_->peer_up(peer);
    };
    events.down = [this](consensus::NodeId peer) { driver_->peer_down(peer); };
    events.reached = [this] { return log_->reached(); };
    events.went_back = [this](const net::Error& why) {
        if (!machine_.may_have_gone_back()) return stopped(why);
        machine_.retire();
    };
    events.outdated = [this](const net::Error& why) { stopped(why); };
    peers_ = std::make_unique<consensus::Peers>(*loop_, *dialer_, std::move(options), std::move(events));
}

void ToyReplica::make_exchange() {
    const auto send = [this](consensus::NodeId to, const consensus::SnapshotMessage& message) { peers_->send(to, message); };
    consensus::FetchOptions options;
    options.folder = ToyImages::folder;
    consensus::FetchEvents fetching;
    fetching.send = send;
    fetching.check = [this](const std::string& path, const consensus::Manifest& manifest,
                            net::Function<void(net::Result<void>)> done) {
        const std::chrono::microseconds cost{between(loop_->chance(), 1, setting_.options.worker_ms * 1000)};
        loop_->after(cost, [result = images_.check(path, manifest), then = std::move(done)]() mutable { then(result); });
    };
    fetching.ready = [this](consensus::Slot) { machine_.exit_soon(); };
    fetching.failed = [this](const net::Error& why) { stopped(why); };
    fetching.note = [](const std::string&) {};
    consensus::OffersEvents offering;
    offering.send = send;
    offering.make = [this](ToyImages::Made made) { images_.make(std::move(made)); };
    offering.floor = [this] { return log_->floor(); };
    exchange_ = std::make_unique<consensus::Exchange>(*loop_, machine_.disk(), std::move(options), std::move(fetching),
                                                      std::move(offering));
}

void ToyReplica::stopped(const net::Error& why) {
    const bool is_outgrown = why.kind == net::ErrorKind::outdated && update_if_outgrown(setting_.oracles.levels, machine_, node_, version_, consensus::highest_feature_level);
    if (!is_outgrown && !machine_.is_excused()) {
        setting_.oracles.judge.fail(Oracle::recovery, fmt::format("machine {} stopped itself: {}", machine_.id().value,
                                                                  why.message));
    }
    machine_.exit_soon();
}

void ToyReplica::open_door() {
    listener_->start([this](std::unique_ptr<net::Link> link) { link_came(std::move(link)); }, [](const net::Error&) {});
}

void ToyReplica::link_came(std::unique_ptr<net::Link> link) {
    const std::uint64_t id = next_link_++;
    net::Link& standing = *links_.emplace(id, std::move(link)).first->second;
    standing.start({[this, id](const net::FrameView& frame) { first_frame(id, frame); },
                    [this, id](const net::Error&) { links_.erase(id); }, {}});
}

void ToyReplica::first_frame(std::uint64_t link, const net::FrameView& frame) {
    auto taken = std::move(links_.extract(link).mapped());
    if (frame.header.type == static_cast<std::uint16_t>(consensus::FrameType::replica_hello)) {
        static_cast<void>(peers_->accept(std::move(taken), frame));   // refused: closed already
        return;
    }
    if (frame.header.type != static_cast<std::uint16_t>(ToyFrame::hello)) return;
    net::Link& client = *links_.emplace(link, std::move(taken)).first->second;
    client.start({[this, link](const net::FrameView& next) {
                      if (consensus::find_member(driver_->configuration(), node_) == nullptr) {
                          // It learns nothing any more: its clients are better off elsewhere.
                          return loop_->post([this, link] { links_.erase(link); });
                      }
                      if (next.header.type == static_cast<std::uint16_t>(ToyFrame::read)) return read_asked(link, next);
                      submitted(link, next);
                  },
                  [this, link](const net::Error&) { links_.erase(link); }, {}});
}

void ToyReplica::submitted(std::uint64_t link, const net::FrameView& frame) {
    const auto command = net::decode<ToyCommand>(frame.payload);
    CHECK(command.has_value(), "a toy client sends what does not decode");
    if (const auto known = state_.answer_of(command->client, command->number)) {
        answer(link, command->number, *known);
        return;
    }
    waiting_answers_[{command->client, command->number}] = link;
    driver_->propose({net::Bytes(frame.payload.begin(), frame.payload.end())});
}

void ToyReplica::answer(std::uint64_t link, std::uint64_t number, std::uint64_t answer) {
    send(link, ToyFrame::answer, net::encode(ToyAnswer{number, answer}));
}

void ToyReplica::read_asked(std::uint64_t link, const net::FrameView& frame) {
    const auto read = net::decode<ToyRead>(frame.payload);
    CHECK(read.has_value(), "a toy client reads what does not decode");
    driver_->read([this, link, id = read->id](consensus::Slot slot) {
        waiting_reads_.emplace(net::planted("read_before_applied") ? consensus::Slot{} : slot, WaitingRead{link, id});
        answer_reads();
    });
}

void ToyReplica::answer_reads() {
    while (!waiting_reads_.empty() && waiting_reads_.begin()->first <= state_.applied_through()) {
        const WaitingRead read = waiting_reads_.extract(waiting_reads_.begin()).mapped();
        send(read.link, ToyFrame::read_answer, net::encode(ToyReadAnswer{read.id, state_.applied_through()}));
    }
}

void ToyReplica::send(std::uint64_t link, ToyFrame type, const net::Bytes& payload) {
    const auto found = links_.find(link);
    if (found == links_.end()) return;
    const net::FrameHeader header{static_cast<std::uint16_t>(type), log_->recovered().identity.cluster.value,
                                  log_->recovered().incarnation};
    found->second->send(net::encode_frame(header, payload));
}

void ToyReplica::chosen(std::vector<consensus::ChosenSlot> slots) {
    for (consensus::ChosenSlot& slot : slots) waiting_slots_.push_back(std::move(slot));
    if (std::exchange(apply_posted_, true)) return;
    const auto delay = std::chrono::microseconds{setting_.options.apply_delay_us};
    loop_->after(delay, [this] { apply_some(); });
}

void ToyReplica::apply_some() {
    apply_posted_ = false;
    for (; !waiting_slots_.empty(); waiting_slots_.pop_front()) {
        const consensus::ChosenSlot& next = waiting_slots_.front();
        setting_.oracles.applied(node_, next.slot, next.value);
        const auto batch = next.value.decoded();
        CHECK(batch.has_value(), "a chosen value that does not decode");
        const consensus::DecodedSlot decoded{next.slot, *batch};
        state_.apply({&decoded, 1});
        setting_.oracles.equality.state_at(machine_.id(), next.slot, state_.digest());
        images_.applied();
    }
    for (const ToyEffect& effect : state_.take_effects()) {
        if (effect.kind == ToyEffect::Kind::first) {
            setting_.oracles.commands.took_effect(effect.client, effect.number, effect.slot, effect.answer);
        }
        const auto waiting = waiting_answers_.find({effect.client, effect.number});
        if (waiting == waiting_answers_.end() || effect.kind == ToyEffect::Kind::gap) continue;
        answer(waiting->second, effect.number, effect.answer);
        waiting_answers_.erase(waiting);
    }
    answer_reads();
    driver_->applied(state_.applied_through());
    driver_->checkpointed(setting_.shelf.durable_through(), exchange_->hold());
}

}  // namespace parley::sim
