#include "consensus/core/messages.hpp"
#include "sim/schedule.hpp"

namespace parley::sim {
namespace {

using consensus::Message;

class LateVote final : public Schedule {
public:
    LateVote(ScheduleGround ground, std::uint64_t bits) : Schedule(std::move(ground)), bits_(bits) {}

    // While the one that is to vote late misses more than a segment of its log holds.
    void begin() {
        const auto leader = ground_.leader();
        const std::size_t count = ground_.replicas.size();
        if (!leader || count < 3) return;
        const std::size_t first = bits_ % (count - 1);
        late_ = (*leader + 1 + first) % count;
        next_ = (*leader + 1 + (first + 1) % (count - 1)) % count;
        cut_off(late_);
        later(static_cast<std::int64_t>(1 + bits_ / 8 % 3) * ground_.election, [this] { change_leader(); });
    }

private:
    // Another leads, and nothing that it proposes arrives anywhere.
    void change_leader() {
        drop(next_, accept_);
        ground_.hand_over(next_);
        wait_for([this] { return ground_.leader() == next_; }, 8, [this] { let_it_vote(); });
    }
    // What is open now is proposed to the one that was away, too.
    void let_it_vote() {
        mend();
        const auto window = static_cast<std::int64_t>(1 + bits_ / 32 % 8);
        later(window * ground_.election / 8, [this] { let_it_fetch(); });
    }
    void let_it_fetch() {
        drop(next_, accept_);
        later(static_cast<std::int64_t>(1 + bits_ / 256 % 3) * ground_.election, [this] {
            ground_.kill(late_);
            mend();
        });
    }

    const std::size_t accept_ = Message{consensus::Accept{}}.index();
    std::uint64_t bits_;
    std::size_t late_ = 0;
    std::size_t next_ = 0;   // who leads then
};

}  // namespace

void vote_late(const ScheduleGround& ground, std::uint64_t bits) { std::make_shared<LateVote>(ground, bits)->begin(); }

}  // namespace parley::sim
