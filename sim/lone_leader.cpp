#include "consensus/core/messages.hpp"
#include "sim/schedule.hpp"

namespace parley::sim {
namespace {

using consensus::Message;

class LoneLeader final : public Schedule {
public:
    LoneLeader(ScheduleGround ground, std::uint64_t bits) : Schedule(std::move(ground)), bits_(bits) {}

    // The others must still be a quorum.
    void begin() {
        const auto leader = ground_.leader();
        const std::size_t count = ground_.replicas.size();
        if (!leader || count < 5) return;
        alone_ = *leader;
        cut_off(alone_);
        cut_off((alone_ + 1 + bits_ % (count - 1)) % count);
        wait_for([this] { return ground_.leader().value_or(alone_) != alone_; }, 8, [this] {
            later(static_cast<std::int64_t>(1 + bits_ / 8 % 4) * ground_.election / 2, [this] { let_it_be_asked(); });
        });
    }

private:
    void let_it_be_asked() {
        mend();
        for (std::size_t i = 0; i < ground_.replicas.size(); ++i) {
            if (i != alone_) drop(i, Message{consensus::CatchUpData{}}.index());
        }
        later(static_cast<std::int64_t>(2 + bits_ / 32 % 4) * ground_.election, [this] { mend(); });
    }

    std::uint64_t bits_;
    std::size_t alone_ = 0;
};

}  // namespace

void leave_leader_alone(const ScheduleGround& ground, std::uint64_t bits) { std::make_shared<LoneLeader>(ground, bits)->begin(); }

}  // namespace parley::sim
