#include "sim/outgrown.hpp"

namespace parley::sim {

bool update_if_outgrown(const LevelOracle& levels, Machine& machine, consensus::NodeId node, std::uint32_t version) {
    if (!levels.may_refuse(node, consensus::FeatureLevel{version})) return false;
    machine.install_version(consensus::highest_feature_level.value);
    return true;
}

}  // namespace parley::sim
