#include "consensus/core/messages.hpp"
#include "sim/schedule.hpp"

namespace parley::sim {
namespace {

using consensus::Message;

class Overtaking final : public Schedule {
public:
    Overtaking(ScheduleGround ground, std::uint64_t bits) : Schedule(std::move(ground)), bits_(bits) {}

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
        drop_of_others(Message{consensus::CatchUpData{}}.index());
        wait_for([this] { return ground_.leader() == slow_; }, 8, [this] { cut_it_off(); });
    }
    // It leads and fetches in vain; the others have nobody now. Its clock stands, or it would find out that nobody follows it.
    void cut_it_off() {
        mend();
        cut_off(slow_);
        ground_.replicas[slow_]->suspend(3 * ground_.election);
        later(3 * ground_.election, [this] {
            if (ground_.leader().value_or(slow_) != slow_) return tell_it();
            mend();
        });
    }
    // Nobody says that there is another leader; what was chosen under that one is handed out.
    void tell_it() {
        mend();
        for (const std::size_t type : {Message{consensus::Reject{}}.index(), Message{consensus::Heartbeat{}}.index(),
                                       Message{consensus::Prepare{}}.index(), Message{consensus::Accept{}}.index(),
                                       Message{consensus::Chosen{}}.index()}) {
            drop_of_others(type);
        }
        later(ground_.election, [this] { mend(); });
    }

    // Of all but the one that is overtaken.
    void drop_of_others(std::size_t type) {
        for (std::size_t i = 0; i < ground_.replicas.size(); ++i) {
            if (i != slow_) drop(i, type);
        }
    }

    std::uint64_t bits_;
    std::size_t before_ = 0;   // who leads when it begins
    std::size_t slow_ = 0;     // who is let lead then, and overtaken
};

}  // namespace

void overtake(const ScheduleGround& ground, std::uint64_t bits) { std::make_shared<Overtaking>(ground, bits)->begin(); }

}  // namespace parley::sim
