// A stream of frames, cut where the first byte says: the reader finds the same frames as it does in one piece, and
// every frame it accepts encodes to the bytes it came from.
#include <algorithm>
#include <vector>

#include "net/frame/frame.hpp"
#include "net/ports/check.hpp"

namespace {

using namespace parley;

// The accepted frames, encoded again one behind the other, and whether the stream broke.
struct Outcome {
    net::Bytes frames;
    bool broke = false;
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome read(net::ByteView stream, std::size_t piece) {
    net::FrameReader reader(1U << 16U);
    Outcome outcome;
    while (!stream.empty() && !outcome.broke) {
        const auto now = stream.first(std::min(piece, stream.size()));
        stream = stream.subspan(now.size());
        reader.feed(now);
        for (;;) {
            const auto frame = reader.next();
            outcome.broke = !frame.has_value();
            if (!frame || !*frame) break;
            const auto again = net::encode_frame((*frame)->header, (*frame)->payload);
            outcome.frames.insert(outcome.frames.end(), again->begin(), again->end());
        }
    }
    return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    if (size == 0) return 0;
    const auto stream = std::as_bytes(std::span{data, size}).subspan(1);
    const Outcome whole = read(stream, std::max<std::size_t>(stream.size(), 1));
    const Outcome pieces = read(stream, std::size_t{data[0]} + 1);
    CHECK(whole == pieces, "the cut of the stream changed its frames");
    CHECK(whole.frames.size() <= stream.size(), "frames out of nothing");
    CHECK(std::ranges::equal(whole.frames, stream.first(whole.frames.size())), "an accepted frame has another form");
    return 0;
}
