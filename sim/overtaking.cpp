#include "sim/overtaking.hpp"

#include <utility>

#include "consensus/core/messages.hpp"

namespace parley::sim {
namespace {

using consensus::Message;

class Overtaking : public std::enable_shared_from_this<Overtaking> {
public:
    Overtaking(const OvertakingGround& ground, std::uint64_t bits) : ground_(ground), bits_(bits) {}

    // The one that is to lead misses some slots first.
    void begin() {
        const auto leader = ground_.leader();
        const std::size_t count = ground_.replicas.size();
        if (!leader || count < 3) return;
        before_ = *leader;
        slow_ = (*leader + 1 + bits_ % (count - 1)) % count;
        cut_off(slow_);
        later(ground_.election, [this] { let_it_lead(); });
    }

private:
    void let_it_lead() {
        mend();
        cut_off(before_);
        drop(Message{consensus::CatchUpData{}}.index());
        wait_for([this] { return ground_.leader() == slow_; }, 8, [this] { cut_it_off(); });
    }
    // It leads and fetches in vain; the others have nobody now.
    void cut_it_off() {
        mend();
        cut_off(slow_);
        wait_for([this] { return ground_.leader().value_or(slow_) != slow_; }, 4, [this] {
            later(ground_.election / 4, [this] { tell_it(); });
        });
    }
    // Nobody says that there is another leader; what was chosen under that one is handed out.
    void tell_it() {
        mend();
        for (const std::size_t type : {Message{consensus::Reject{}}.index(), Message{consensus::Heartbeat{}}.index(),
                                       Message{consensus::Prepare{}}.index(), Message{consensus::Accept{}}.index(),
                                       Message{consensus::Chosen{}}.index()}) {
            drop(type);
        }
        later(ground_.election, [this] { mend(); });
    }

    void wait_for(std::function<bool()> condition, int patience, std::function<void()> then) {
        const net::Instant until = ground_.queue.now() + patience * ground_.election;
        poll(std::move(condition), until, std::move(then));
    }
    void poll(std::function<bool()> condition, net::Instant until, std::function<void()> then) {
        if (condition()) return then();
        if (ground_.queue.now() >= until) return mend();
        later(ground_.election / 16, [this, condition = std::move(condition), until, then = std::move(then)] { poll(condition, until, then); });
    }
    // At the storm's end everything is mended by whoever ends it.
    void later(net::Duration delay, std::function<void()> task) {
        ground_.queue.schedule(world_owner, EventKind::fault, ground_.queue.now() + delay, [self = shared_from_this(), task = std::move(task)] {
            if (self->ground_.queue.now() < self->ground_.end) task();
        });
    }

    void cut_off(std::size_t alone) {
        for (const auto& other : ground_.replicas) {
            const MachineId one = ground_.replicas[alone]->id();
            if (other->id() == one) continue;
            for (const auto& direction : {std::pair{one, other->id()}, std::pair{other->id(), one}}) {
                ground_.network.cut(direction.first, direction.second);
                cuts_.push_back(direction);
            }
        }
    }
    // Of all but the one that is overtaken.
    void drop(std::size_t type) {
        for (std::size_t i = 0; i < ground_.replicas.size(); ++i) {
            if (i == slow_) continue;
            ground_.network.drop_type(ground_.replicas[i]->id(), type, true);
            dropped_.emplace_back(ground_.replicas[i]->id(), type);
        }
    }
    void mend() {
        for (const auto& [from, to] : std::exchange(cuts_, {})) ground_.network.mend(from, to);
        for (const auto& [from, type] : std::exchange(dropped_, {})) ground_.network.drop_type(from, type, false);
    }

    OvertakingGround ground_;
    std::uint64_t bits_;
    std::size_t before_ = 0;   // who leads when it begins
    std::size_t slow_ = 0;     // who is let lead then, and overtaken
    std::vector<std::pair<MachineId, MachineId>> cuts_;
    std::vector<std::pair<MachineId, std::size_t>> dropped_;
};

}  // namespace

void overtake(const OvertakingGround& ground, std::uint64_t bits) { std::make_shared<Overtaking>(ground, bits)->begin(); }

}  // namespace parley::sim
