// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Copies of a proof with exactly one fault each. None of them may verify.
library Fault {
    function bitFlipped(bytes32 value, uint256 bit) internal pure returns (bytes32) {
        return value ^ bytes32(1 << (bit % 256));
    }

    function flipped(
        bytes32[] memory proof,
        uint256 place,
        uint256 bit
    ) internal pure returns (bytes32[] memory faulty) {
        faulty = copy(proof);
        faulty[place] = bitFlipped(proof[place], bit);
    }

    function dropped(bytes32[] memory proof, uint256 place) internal pure returns (bytes32[] memory faulty) {
        faulty = new bytes32[](proof.length - 1);
        for (uint256 i = 0; i < faulty.length; ++i) faulty[i] = proof[i < place ? i : i + 1];
    }

    /// @notice Repeats the hash at `place`, or the last one; a proof without hashes gets a zero.
    function added(bytes32[] memory proof, uint256 place) internal pure returns (bytes32[] memory faulty) {
        faulty = new bytes32[](proof.length + 1);
        for (uint256 i = 0; i < proof.length; ++i) faulty[i < place ? i : i + 1] = proof[i];
        if (proof.length > 0) faulty[place] = proof[place < proof.length ? place : place - 1];
    }

    function swapped(bytes32[] memory proof, uint256 a, uint256 b) internal pure returns (bytes32[] memory faulty) {
        faulty = copy(proof);
        (faulty[a], faulty[b]) = (proof[b], proof[a]);
    }

    function copy(bytes32[] memory proof) private pure returns (bytes32[] memory same) {
        same = new bytes32[](proof.length);
        for (uint256 i = 0; i < proof.length; ++i) same[i] = proof[i];
    }
}
