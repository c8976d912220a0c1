#include "chat/daemon/join_token.hpp"

#include <sodium.h>

#include "consensus/core/membership.hpp"

namespace parley::chat {
namespace {

constexpr std::string_view mark = "parley-join-";
constexpr std::size_t text_bytes_max = 65'536;
constexpr int alphabet = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

}  // namespace

std::string to_text(const JoinToken& token) {
    const net::Bytes bytes = net::encode(token);
    std::string text(sodium_base64_encoded_len(bytes.size(), alphabet), '\0');
    sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), alphabet);
    text.pop_back();   // its end mark
    return std::string{mark} + text;
}

net::Result<JoinToken> parse_join_token(const std::string& text) {
    const net::Error wrong{net::ErrorKind::malformed, "this is neither a join token nor a file that holds one; `parley cluster add NAME=HOST:PORT` prints a token"};
    if (!text.starts_with(mark) || text.size() > text_bytes_max) return wrong;
    net::Bytes bytes(text.size());
    std::size_t size = 0;
    const char* end = nullptr;
    const char* const begin = text.data() + mark.size();
    const std::size_t length = text.size() - mark.size();
    const int code = sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), begin, length, nullptr, &size, &end, alphabet);
    if (code != 0 || end != begin + length) return wrong;
    bytes.resize(size);
    // A later version may have written the rest in another form.
    net::InArchive beginning{bytes};
    consensus::ClusterId cluster;
    consensus::FeatureLevel level;
    beginning & cluster & level;
    if (beginning.good() && level > consensus::highest_feature_level) return consensus::outdated(level, consensus::highest_feature_level);
    auto token = net::decode<JoinToken>(bytes);
    if (!token || token->servers.empty() || token->member.node == consensus::NodeId{}) return wrong;
    return token;
}

}  // namespace parley::chat
