// The serialize() functions of our types under Boost's own archives: what is written is read back the same.
#include <sstream>

#include <boost/archive/text_iarchive.hpp>
#include <boost/archive/text_oarchive.hpp>
#include <boost/archive/xml_iarchive.hpp>
#include <boost/archive/xml_oarchive.hpp>
#include <gtest/gtest.h>

#include "consensus/core/types.hpp"
#include "net/archive/boost_support.hpp"
#include "tests/unit/sim_disk/manual_loop.hpp"

namespace parley::test {
namespace {

struct Everything {
    std::optional<std::uint32_t> some{7};
    std::optional<std::uint32_t> none;
    std::variant<std::string, consensus::Ballot> either{consensus::Ballot{3, consensus::NodeId{4}}};
    std::chrono::nanoseconds time{12345};
    std::array<std::uint16_t, 3> three{1, 2, 3};
    std::map<std::uint32_t, std::string> names{{1, "one"}, {2, "two < three"}};
    consensus::AcceptedValue accepted{consensus::Slot{9}, {1, {}}, consensus::Value{bytes_of("a\\b\n\xff<c>")}};
    friend bool operator==(const Everything&, const Everything&) = default;
};
template <class Archive>
void serialize(Archive& a, Everything& e, unsigned) {
    using net::make_nvp;
    a & make_nvp("some", e.some) & make_nvp("none", e.none) & make_nvp("either", e.either) & make_nvp("time", e.time) &
        make_nvp("three", e.three) & make_nvp("names", e.names) & make_nvp("accepted", e.accepted);
}

template <class Out, class In>
void round_trip(const Everything& original) {
    std::stringstream stream;
    {
        Out out{stream};
        out << net::make_nvp("everything", original);
    }
    Everything copy;
    copy.some.reset();
    copy.none = 1;
    copy.either = "x";
    copy.names.clear();
    In in{stream};
    in >> net::make_nvp("everything", copy);
    EXPECT_EQ(copy, original);
}

TEST(BoostSupport, EveryTypeComesBackFromXml) {
    round_trip<boost::archive::xml_oarchive, boost::archive::xml_iarchive>(Everything{});
}

TEST(BoostSupport, EveryTypeComesBackFromText) {
    round_trip<boost::archive::text_oarchive, boost::archive::text_iarchive>(Everything{});
}

TEST(BoostSupport, BytesAreReadable) {
    EXPECT_EQ(net::readable(bytes_of("a\\b\n")), "a\\\\b\\x0a");
    EXPECT_EQ(net::from_readable("a\\\\b\\x0a"), bytes_of("a\\b\n"));
}

}  // namespace
}  // namespace parley::test
