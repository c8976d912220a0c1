#include "chat/client/replies/learner.hpp"

#include <algorithm>

namespace parley::chat {
namespace {

// Alive as long as a page of it is under way.
class Learning : public std::enable_shared_from_this<Learning> {
public:
    Learning(Client& client, ReplyStore& store, UserId me, const LearnLimits& limits, Deadline within, Reply<Learned> reply)
        : client_(client), store_(store), me_(me), limits_(limits), within_(within), reply_(std::move(reply)) {}

    void begin() {
        client_.my_rooms(within_, [self = shared_from_this()](net::Result<RoomPage> page) {
            if (!page) return self->reply_(page.error());
            self->rooms_ = std::move(page->rooms);
            // Where most is said there is most to learn; it is done first, and again before the others the next time.
            std::ranges::sort(self->rooms_, [](const RoomRow& one, const RoomRow& other) { return one.last > other.last; });
            self->next_room();
        });
    }

private:
    void next_room() {
        for (; room_ < rooms_.size(); ++room_) {
            const RoomRow& row = rooms_[room_];
            const auto learned = store_.learned(row.room);
            if (!learned) return reply_(learned.error());
            if (!row.is_member || *learned >= row.last) continue;
            const std::uint64_t beginning = row.last > limits_.first_messages ? row.last - limits_.first_messages : 0;
            after_ = *learned == 0 ? beginning : overlapping(*learned);
            return next_page();
        }
        reply_(done_);
    }
    // A reply that comes next may answer a message that was read before.
    [[nodiscard]] std::uint64_t overlapping(std::uint64_t learned) const {
        const std::uint64_t overlap = std::min<std::uint64_t>(10, limits_.page / 2);
        return learned > overlap ? learned - overlap : 0;
    }
    void next_page() {
        if (done_.messages >= limits_.messages_max) {
            done_.all = false;
            return reply_(done_);
        }
        client_.history({Target{ByRoom{rooms_[room_].room}}, after_, 0, limits_.page}, within_, [self = shared_from_this()](net::Result<MessagePage> page) {
            if (page) return self->take(*page);
            const bool is_gone = page.error().kind == net::ErrorKind::not_found || page.error().kind == net::ErrorKind::refused;
            if (!is_gone) return self->reply_(page.error());
            ++self->room_;   // left meanwhile
            self->next_room();
        });
    }
    void take(const MessagePage& page) {
        if (const auto learned = store_.learn(me_, page.messages); !learned) return reply_(learned.error());
        done_.messages += page.messages.size();
        const bool more = page.more && !page.messages.empty();
        if (more) {
            after_ = std::max(after_ + 1, overlapping(page.messages.back().number));
            return next_page();
        }
        ++room_;
        next_room();
    }

    Client& client_;
    ReplyStore& store_;
    UserId me_;
    LearnLimits limits_;
    Deadline within_;
    Reply<Learned> reply_;
    std::vector<RoomRow> rooms_;
    std::size_t room_ = 0;
    std::uint64_t after_ = 0;
    Learned done_;
};

}  // namespace

void learn_rooms(Client& client, ReplyStore& store, UserId me, const LearnLimits& limits, Deadline within, Reply<Learned> reply) {
    std::make_shared<Learning>(client, store, me, limits, within, std::move(reply))->begin();
}

}  // namespace parley::chat
