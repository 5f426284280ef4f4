// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EvidenceAnchor} from "../EvidenceAnchor.sol";
import {Recursion} from "./Recursion.sol";
import {vm} from "./Vm.sol";

/// @notice The vectors in test/vectors/merkle/*.json, which the TypeScript tests read as well.
contract VectorsTest {
    EvidenceAnchor private immutable verifier = new EvidenceAnchor();

    function test_Inclusion() external view {
        string memory json = vm.readFile("test/vectors/merkle/inclusion.json");
        uint256 cases = 0;
        while (vm.keyExistsJson(json, key(cases, "name"))) this.checkInclusion(json, cases++);
        require(cases > 100, "too few cases");
    }

    function checkInclusion(string calldata json, uint256 i) external view {
        bool answer = verifier.verifyInclusion(
            vm.parseJsonBytes32(json, key(i, "leafHash")),
            uint64(vm.parseJsonUint(json, key(i, "index"))),
            uint64(vm.parseJsonUint(json, key(i, "size"))),
            vm.parseJsonBytes32Array(json, key(i, "proof")),
            vm.parseJsonBytes32(json, key(i, "root"))
        );
        require(answer == vm.parseJsonBool(json, key(i, "expected")), vm.parseJsonString(json, key(i, "name")));
    }

    function test_Consistency() external view {
        string memory json = vm.readFile("test/vectors/merkle/consistency.json");
        uint256 cases = 0;
        while (vm.keyExistsJson(json, key(cases, "name"))) this.checkConsistency(json, cases++);
        require(cases > 100, "too few cases");
    }

    function checkConsistency(string calldata json, uint256 i) external view {
        bool answer = verifier.verifyConsistency(
            uint64(vm.parseJsonUint(json, key(i, "oldSize"))),
            uint64(vm.parseJsonUint(json, key(i, "newSize"))),
            vm.parseJsonBytes32(json, key(i, "oldRoot")),
            vm.parseJsonBytes32(json, key(i, "newRoot")),
            vm.parseJsonBytes32Array(json, key(i, "proof"))
        );
        require(answer == vm.parseJsonBool(json, key(i, "expected")), vm.parseJsonString(json, key(i, "name")));
    }

    /// @notice Compares the recursion that the other tests rely on with roots computed by another
    /// implementation.
    function test_TheOracleKnowsTheRoots() external view {
        string memory json = vm.readFile("test/vectors/merkle/roots.json");
        uint256 known = 0;
        for (uint256 i = 0; vm.keyExistsJson(json, key(i, "name")); ++i) {
            uint256 size = vm.parseJsonUint(json, key(i, "size"));
            if (size == 0 || size > 300) continue; // larger ones are tested in TypeScript only
            bytes32[] memory leaves = new bytes32[](size);
            for (uint256 n = 0; n < size; ++n) leaves[n] = Recursion.leafHash(bytes(vm.toString(n)));
            require(Recursion.mth(leaves, 0, size) == vm.parseJsonBytes32(json, key(i, "root")), "root");
            ++known;
        }
        require(known == 6, "too few roots");
    }

    function key(uint256 i, string memory field) private pure returns (string memory) {
        return string.concat(".cases[", vm.toString(i), "].", field);
    }
}
