// Promises, votes and the chunked answer to a Prepare. See acceptor.hpp; rules P1, P2, P5 of docs/protocol.md.
#include "consensus/core/acceptor.hpp"

#include <utility>

#include "net/ports/marks.hpp"

namespace parley::consensus {

Acceptor::Acceptor(Ballot promised, std::map<Slot, AcceptedValue> accepted, std::set<Slot> faulty)
    : promised_(promised), accepted_(std::move(accepted)), faulty_(std::move(faulty)) {
    for (const auto& [slot, value] : accepted_) {
        bytes_ += value.value.size();
        promised_ = std::max(promised_, value.ballot);
    }
}

bool Acceptor::below_promise(Ballot ballot) const {
    return ballot < promised_ && !net::planted("acceptor_ignores_promise");
}

void Acceptor::promise(Ballot ballot, Outbox& out) {
    if (ballot <= promised_) return;
    promised_ = ballot;
    out.write(PromiseWrite{ballot});
}

bool Acceptor::accept(const AcceptedValue& value, Outbox& out) {
    if (below_promise(value.ballot)) return false;
    if (!net::planted("accept_promises_nothing")) promised_ = std::max(promised_, value.ballot);
    const AcceptedValue* before = held(value.slot);
    if (before != nullptr && before->ballot == value.ballot) return true;   // a repeated Accept: written already
    keep(value);
    faulty_.erase(value.slot);
    out.write(AcceptWrite{value});
    return true;
}

bool Acceptor::accept_chosen(const AcceptedValue& value, Outbox& out) {
    if (below_promise(value.ballot)) return false;
    promised_ = std::max(promised_, value.ballot);
    out.write(AcceptWrite{value});
    return true;
}

void Acceptor::record_chosen(const AcceptedValue& value, Outbox& out) { out.write(AcceptWrite{value}); }

void Acceptor::keep(const AcceptedValue& value) {
    const auto [place, fresh] = accepted_.try_emplace(value.slot, value);
    if (!fresh) {
        bytes_ -= place->second.value.size();
        place->second = value;
    }
    bytes_ += value.value.size();
}

void Acceptor::forget(Slot slot) {
    faulty_.erase(slot);
    const auto place = accepted_.find(slot);
    if (place == accepted_.end()) return;
    bytes_ -= place->second.value.size();
    accepted_.erase(place);
}

const AcceptedValue* Acceptor::held(Slot slot) const {
    if (faulty(slot)) return nullptr;
    const auto place = accepted_.find(slot);
    return place == accepted_.end() ? nullptr : &place->second;
}

namespace {

// Cuts the stream of records into Promise chunks of bounded size.
class Chunks {
public:
    Chunks(Promise blank, std::size_t bytes_max) : blank_(std::move(blank)), open_(blank_), bytes_max_(bytes_max) {}

    void add(const AcceptedValue& value) {
        if (net::planted("promise_hides_records")) return;
        make_room(value.slot, value.value.size() + record_overhead);
        open_.accepted.push_back(value);
        open_.covered_through = value.slot;
    }
    // `older`: what the slot held before, nullptr for nothing.
    void add_faulty(Slot slot, const AcceptedValue* older) {
        make_room(slot, sizeof(Slot) + (older == nullptr ? 0 : older->value.size() + record_overhead));
        if (older != nullptr) open_.accepted.push_back(*older);
        open_.faulty.push_back(slot);
        open_.covered_through = slot;
    }
    std::vector<Promise> finish() {
        open_.last = true;
        done_.push_back(std::move(open_));
        return std::move(done_);
    }

private:
    static constexpr std::size_t record_overhead = 32;

    void make_room(Slot slot, std::size_t bytes) {
        if (bytes_ > 0 && bytes_ + bytes > bytes_max_) {
            open_.covered_through = slot.previous();
            done_.push_back(std::exchange(open_, blank_));
            open_.covered_from = slot;
            bytes_ = 0;
        }
        bytes_ += bytes;
    }

    Promise blank_;
    Promise open_;
    std::vector<Promise> done_;
    std::size_t bytes_max_;
    std::size_t bytes_ = 0;
};

}  // namespace

std::vector<Promise> Acceptor::answer(const Prepare& prepare, Slot chosen_through, Slot floor, std::size_t bytes_max,
                                      WriteId write) const {
    Promise blank;
    blank.ballot = prepare.ballot;
    blank.chosen_through = chosen_through;
    blank.floor = floor;
    blank.covered_from = std::max(prepare.from, chosen_through.next());
    blank.covered_through = blank.covered_from.previous();
    blank.write = write;
    Chunks chunks{blank, bytes_max};
    auto record = accepted_.lower_bound(blank.covered_from);
    auto damaged = faulty_.lower_bound(blank.covered_from);
    while (record != accepted_.end() || damaged != faulty_.end()) {
        const bool damaged_next = damaged != faulty_.end() && (record == accepted_.end() || *damaged <= record->first);
        if (damaged_next) {
            // An older record is no answer for a damaged one, but it may be all that is left (P2).
            const bool has_older = record != accepted_.end() && record->first == *damaged;
            chunks.add_faulty(*damaged++, has_older ? &(record++)->second : nullptr);
        } else {
            chunks.add((record++)->second);
        }
    }
    return chunks.finish();
}

}  // namespace parley::consensus
