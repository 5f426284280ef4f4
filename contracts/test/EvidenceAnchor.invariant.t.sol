// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EvidenceAnchor} from "../EvidenceAnchor.sol";
import {Fault} from "./Fault.sol";
import {Recursion} from "./Recursion.sol";
import {vm} from "./Vm.sol";

/// @notice Two trees of any size up to 2^64 - 1 entries. All entries of a tree are equal, so that
/// D[a:b] depends on b - a only and the RFC's recursion needs 64 hashes instead of 2^64. The second
/// tree is the fork.
contract UniformTrees {
    bytes32[64][2] private complete; // of 2^level entries

    constructor() {
        complete[0][0] = Recursion.leafHash("entry");
        complete[1][0] = Recursion.leafHash("fork");
        for (uint256 tree = 0; tree < 2; ++tree) {
            for (uint256 level = 1; level < 64; ++level) {
                complete[tree][level] = Recursion.node(complete[tree][level - 1], complete[tree][level - 1]);
            }
        }
    }

    function mth(uint256 tree, uint256 n) public view returns (bytes32) {
        if (n == 1) return complete[tree][0];
        uint256 k = Recursion.largestPowerOfTwoBelow(n);
        if (n == 2 * k) return complete[tree][log2(n)];
        return Recursion.node(complete[tree][log2(k)], mth(tree, n - k));
    }

    function proof(uint256 tree, uint256 m, uint256 n) external view returns (bytes32[] memory) {
        return subproof(tree, m, n, true);
    }

    function subproof(uint256 tree, uint256 m, uint256 n, bool known) private view returns (bytes32[] memory) {
        bytes32[] memory none = new bytes32[](0);
        if (m == n) return known ? none : Recursion.append(none, mth(tree, n));
        uint256 k = Recursion.largestPowerOfTwoBelow(n);
        if (m <= k) return Recursion.append(subproof(tree, m, k, known), mth(tree, n - k));
        return Recursion.append(subproof(tree, m - k, n - k, false), mth(tree, k));
    }

    function log2(uint256 powerOfTwo) private pure returns (uint256 exponent) {
        while (powerOfTwo >> exponent > 1) ++exponent;
    }
}

/// @notice The actors around one log: an operator, two accounts that try to become it, and
/// endorsers, with every kind of call in any order. It tracks the expected state; a call that
/// should succeed must succeed, and any other must fail with the error of its reason.
contract World {
    EvidenceAnchor public immutable ledger = new EvidenceAnchor();
    UniformTrees private immutable trees = new UniformTrees();
    bytes32 public immutable logId;
    address[3] public people = [address(0xA11CE), address(0xB0B), address(0xCA401)];

    // the expected state
    address public operator;
    address public pendingOperator;
    uint64[] public sizes;
    uint64[] public times;
    mapping(uint64 size => bytes32) public roots;
    mapping(address who => uint64) public endorsedSizes;

    constructor() {
        operator = people[0];
        vm.prank(operator);
        logId = ledger.open("vkey");
    }

    function anchors() external view returns (uint256) {
        return sizes.length;
    }

    function headSize() public view returns (uint64) {
        return sizes.length == 0 ? 0 : sizes[sizes.length - 1];
    }

    function anchor(uint64 growth, uint256 shift) external {
        (uint64 oldSize, uint64 newSize) = grown(growth, shift);
        if (newSize == oldSize) return;
        bytes32 root = trees.mth(0, newSize);
        mustSucceed(operator, anchorCall(oldSize, newSize, root, honestProof(oldSize, newSize)));
        sizes.push(newSize);
        times.push(uint64(block.timestamp));
        roots[newSize] = root;
    }

    function anchorAsStranger(uint256 who, uint64 growth, uint256 shift) external {
        (uint64 oldSize, uint64 newSize) = grown(growth, shift);
        address caller = people[who % 3];
        if (newSize == oldSize || caller == operator) return;
        bytes32[] memory proof = honestProof(oldSize, newSize);
        mustFail(
            caller,
            anchorCall(oldSize, newSize, trees.mth(0, newSize), proof),
            EvidenceAnchor.NotOperator.selector
        );
    }

    function anchorTampered(uint64 growth, uint256 shift, uint256 fault) external {
        (uint64 oldSize, uint64 newSize) = grown(growth, shift);
        if (newSize == oldSize || oldSize == 0) return;
        bytes32 root = trees.mth(0, newSize);
        bytes32[] memory proof = honestProof(oldSize, newSize);
        uint256 place = (fault >> 8) % proof.length;
        if (fault % 5 == 0) proof = Fault.flipped(proof, place, fault >> 16);
        if (fault % 5 == 1) proof = Fault.dropped(proof, place);
        if (fault % 5 == 2) proof = Fault.added(proof, place);
        if (fault % 5 == 3) root = Fault.bitFlipped(root, fault >> 16);
        if (fault % 5 == 4) (root, proof) = (trees.mth(1, newSize), trees.proof(1, oldSize, newSize)); // a fork
        mustFail(operator, anchorCall(oldSize, newSize, root, proof), EvidenceAnchor.InconsistentProof.selector);
    }

    /// @notice An accepted anchor sent again, or another one from a former head.
    function anchorFromStaleHead(uint256 which, uint64 growth, uint256 shift) external {
        (, uint64 newSize) = grown(growth, shift);
        if (sizes.length == 0) return;
        which %= sizes.length;
        uint64 oldSize = which == 0 ? 0 : sizes[which - 1];
        mustFail(
            operator,
            anchorCall(oldSize, sizes[which], roots[sizes[which]], honestProof(oldSize, sizes[which])),
            EvidenceAnchor.StaleHead.selector
        );
        if (newSize == oldSize) return;
        mustFail(
            operator,
            anchorCall(oldSize, newSize, trees.mth(0, newSize), honestProof(oldSize, newSize)),
            EvidenceAnchor.StaleHead.selector
        );
    }

    function anchorBackwards(uint64 newSize) external {
        uint64 oldSize = headSize();
        if (oldSize == 0) return;
        newSize = 1 + (newSize % oldSize);
        mustFail(
            operator,
            anchorCall(oldSize, newSize, trees.mth(0, newSize), trees.proof(0, newSize, oldSize)),
            EvidenceAnchor.NotGrowing.selector
        );
    }

    function endorse(uint256 who, uint256 which) external {
        if (sizes.length == 0) return;
        address caller = people[who % 3];
        uint64 size = sizes[which % sizes.length];
        mustSucceed(caller, abi.encodeCall(ledger.endorse, (logId, size, roots[size])));
        if (size > endorsedSizes[caller]) endorsedSizes[caller] = size;
        bytes memory forged = abi.encodeCall(ledger.endorse, (logId, size, trees.mth(1, size)));
        mustFail(caller, forged, EvidenceAnchor.NotAnchored.selector);
    }

    function transferOperator(uint256 who, uint256 to) external {
        address caller = people[who % 3];
        address offered = to % 4 == 3 ? address(0) : people[to % 4];
        bytes memory call = abi.encodeCall(ledger.transferOperator, (logId, offered));
        if (caller != operator) return mustFail(caller, call, EvidenceAnchor.NotOperator.selector);
        mustSucceed(caller, call);
        pendingOperator = offered;
    }

    function acceptOperator(uint256 who) external {
        address caller = people[who % 3];
        bytes memory call = abi.encodeCall(ledger.acceptOperator, (logId));
        if (caller != pendingOperator) return mustFail(caller, call, EvidenceAnchor.NotPendingOperator.selector);
        mustSucceed(caller, call);
        (operator, pendingOperator) = (caller, address(0));
    }

    function wait(uint32 seconds_) external {
        vm.warp(block.timestamp + seconds_);
    }

    /// @dev The head and a larger size: small and large ones are drawn alike, never beyond 2^64 -
    /// 1.
    function grown(uint64 growth, uint256 shift) private view returns (uint64 oldSize, uint64 newSize) {
        oldSize = headSize();
        growth >>= shift % 64;
        uint64 room = type(uint64).max - oldSize;
        newSize = oldSize + (growth < room ? growth : room);
    }

    function honestProof(uint64 oldSize, uint64 newSize) private view returns (bytes32[] memory) {
        return oldSize == 0 ? new bytes32[](0) : trees.proof(0, oldSize, newSize);
    }

    function anchorCall(
        uint64 oldSize,
        uint64 newSize,
        bytes32 root,
        bytes32[] memory proof
    ) private view returns (bytes memory) {
        return abi.encodeCall(ledger.anchor, (logId, oldSize, newSize, root, proof));
    }

    function mustSucceed(address caller, bytes memory call) private {
        vm.prank(caller);
        (bool ok, ) = address(ledger).call(call);
        require(ok, "refused what is right");
    }

    function mustFail(address caller, bytes memory call, bytes4 selector) private {
        vm.prank(caller);
        (bool ok, bytes memory reason) = address(ledger).call(call);
        require(!ok, "accepted what is wrong");
        require(bytes4(reason) == selector, "refused for another reason");
    }
}

/// @notice The invariants after any sequence of calls.
contract EvidenceAnchorInvariant {
    World private world;
    EvidenceAnchor private ledger;
    bytes32 private logId;

    function setUp() external {
        world = new World();
        ledger = world.ledger();
        logId = world.logId();
    }

    /// @notice Makes the test runner call the world only, not the contracts in it.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(world);
    }

    function invariant_TheHeadIsTheLastAnchor() external view {
        (uint64 size, bytes32 root, uint64 time, uint64 count) = ledger.head(logId);
        require(size == world.headSize() && count == world.anchors(), "size and count");
        require(root == (count == 0 ? sha256("") : world.roots(size)), "root");
        require(time == (count == 0 ? 0 : world.times(count - 1)), "time");
    }

    function invariant_SizesOnlyGrowAndAnAnchoredRootNeverChanges() external view {
        uint256 anchors = world.anchors();
        for (uint256 i = 0; i < anchors; ++i) {
            uint64 size = world.sizes(i);
            require(i == 0 || world.sizes(i - 1) < size, "a size that did not grow");
            require(ledger.rootAt(logId, size) == world.roots(size), "an anchored root changed");
        }
        require(ledger.rootAt(logId, 0) == 0, "size 0 was anchored");
    }

    function invariant_TheOperatorChangesOnlyByOfferAndAcceptance() external view {
        require(ledger.operatorOf(logId) == world.operator(), "operator");
        require(ledger.pendingOperatorOf(logId) == world.pendingOperator(), "pending operator");
    }

    function invariant_TheLargestEndorsedSizeIsKept() external view {
        for (uint256 i = 0; i < 3; ++i) {
            address who = world.people(i);
            require(ledger.endorsedSize(logId, who) == world.endorsedSizes(who), "endorsed size");
        }
    }
}
