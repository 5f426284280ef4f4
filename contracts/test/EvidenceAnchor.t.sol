// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EvidenceAnchor} from "../EvidenceAnchor.sol";
import {Fault} from "./Fault.sol";
import {Recursion} from "./Recursion.sol";
import {vm} from "./Vm.sol";

/// @notice Each rule of the contract, obeyed and violated. The test's tree has 13 entries;
/// `root[n]` is that of the first n.
contract EvidenceAnchorTest {
    string private constant VKEY = "example.org/log+3c0a9a7d+AQIDBA==";
    address private constant OPERATOR = address(0xA11CE);
    address private constant SUCCESSOR = address(0xB0B);
    address private constant STRANGER = address(0xE7E);
    uint64 private constant LAST = type(uint64).max;
    uint64 private constant ENTRIES = 13;

    EvidenceAnchor private ledger;
    bytes32 private logId;
    bytes32[] private leaves;
    bytes32[] private roots;

    function setUp() external {
        for (uint256 i = 0; i < ENTRIES; ++i) leaves.push(Recursion.leafHash(bytes(vm.toString(i))));
        roots.push(sha256(""));
        for (uint256 n = 1; n <= ENTRIES; ++n) roots.push(Recursion.mth(leaves, 0, n));
        ledger = new EvidenceAnchor();
        vm.prank(OPERATOR);
        logId = ledger.open(VKEY);
        vm.warp(1_800_000_000);
    }

    // ---- open ----

    function test_OpenTiesTheLogToItsOpenerAndItsKey() external {
        bytes32 expected = keccak256(abi.encode(STRANGER, keccak256(bytes("other key"))));
        vm.expectEmit(address(ledger));
        emit EvidenceAnchor.Opened(expected, STRANGER, "other key");
        vm.prank(STRANGER);
        require(ledger.open("other key") == expected, "log id");
        require(ledger.operatorOf(expected) == STRANGER, "operator");
        require(ledger.pendingOperatorOf(expected) == address(0), "pending operator");
    }

    function test_AnOpenLogIsEmpty() external view {
        (uint64 size, bytes32 root, uint64 time, uint64 count) = ledger.head(logId);
        require(size == 0 && time == 0 && count == 0, "head of an empty log");
        require(root == sha256(""), "root of the empty tree");
        require(ledger.rootAt(logId, 0) == 0, "size 0 is never anchored");
    }

    function test_OpeningTwiceReverts() external {
        vm.expectRevert(abi.encodeWithSelector(EvidenceAnchor.LogExists.selector, logId));
        vm.prank(OPERATOR);
        ledger.open(VKEY);
    }

    function test_OpeningAgainDoesNotTakeATransferredLogBack() external {
        transferTo(SUCCESSOR);
        vm.expectRevert(abi.encodeWithSelector(EvidenceAnchor.LogExists.selector, logId));
        vm.prank(OPERATOR);
        ledger.open(VKEY);
        require(ledger.operatorOf(logId) == SUCCESSOR, "operator");
    }

    function test_NobodyCanSquatOnAKey() external {
        vm.prank(STRANGER);
        bytes32 other = ledger.open(VKEY);
        require(other != logId, "same id for another sender");
        require(ledger.operatorOf(logId) == OPERATOR && ledger.operatorOf(other) == STRANGER, "operators");
        anchored(0, 3);
        (uint64 size, , , ) = ledger.head(other);
        require(size == 0 && ledger.rootAt(other, 3) == 0, "logs are not apart");
    }

    function test_AnUnknownLogHasNoHead() external {
        vm.expectRevert(abi.encodeWithSelector(EvidenceAnchor.UnknownLog.selector, bytes32("nowhere")));
        ledger.head("nowhere");
    }

    function test_OfAnUnknownLogThereIsNothing() external view {
        require(ledger.rootAt("nowhere", 1) == 0, "root");
        require(ledger.operatorOf("nowhere") == address(0), "operator");
        require(ledger.pendingOperatorOf("nowhere") == address(0), "pending operator");
        require(ledger.endorsedSize("nowhere", STRANGER) == 0, "endorsed size");
    }

    // ---- anchor ----

    function test_AnchoringMovesTheHead() external {
        uint64[4] memory sizes = [uint64(3), 4, 9, 13];
        uint64 previous = 0;
        for (uint64 i = 0; i < sizes.length; ++i) {
            vm.warp(1_900_000_000 + i);
            vm.expectEmit(address(ledger));
            emit EvidenceAnchor.Anchored(logId, sizes[i], roots[sizes[i]], previous, i);
            anchored(previous, sizes[i]);
            previous = sizes[i];

            (uint64 size, bytes32 root, uint64 time, uint64 count) = ledger.head(logId);
            require(size == sizes[i] && root == roots[sizes[i]], "head");
            require(time == 1_900_000_000 + i && count == i + 1, "time and count");
        }
        for (uint64 n = 0; n <= ENTRIES; ++n) {
            bool isAnchored = n == 3 || n == 4 || n == 9 || n == 13;
            require(ledger.rootAt(logId, n) == (isAnchored ? roots[n] : bytes32(0)), "root by size");
        }
    }

    function test_AnyTreeExtendsTheEmptyOneButWithoutAProof() external {
        rejected(
            abi.encodeWithSelector(EvidenceAnchor.ProofNotEmpty.selector, 1),
            OPERATOR,
            0,
            3,
            roots[3],
            new bytes32[](1)
        );
        anchor(OPERATOR, 0, LAST, "any root", new bytes32[](0));
        require(ledger.rootAt(logId, LAST) == "any root", "first root");
    }

    function test_PastTheLastSizeNothingCanBeAnchored() external {
        anchor(OPERATOR, 0, LAST, "any root", new bytes32[](0));
        uint64[3] memory sizes = [0, 1, LAST];
        for (uint256 i = 0; i < sizes.length; ++i) {
            rejected(
                abi.encodeWithSelector(EvidenceAnchor.NotGrowing.selector, LAST, sizes[i]),
                OPERATOR,
                LAST,
                sizes[i],
                "any root",
                new bytes32[](0)
            );
        }
    }

    function test_OnlyTheOperatorAnchors() external {
        anchored(0, 3);
        rejected(
            abi.encodeWithSelector(EvidenceAnchor.NotOperator.selector, logId, STRANGER),
            STRANGER,
            3,
            7,
            roots[7],
            proof(3, 7)
        );
        vm.prank(OPERATOR);
        ledger.transferOperator(logId, STRANGER);
        rejected(
            abi.encodeWithSelector(EvidenceAnchor.NotOperator.selector, logId, STRANGER),
            STRANGER,
            3,
            7,
            roots[7],
            proof(3, 7)
        );
    }

    function test_AnUnknownLogCannotBeAnchored() external {
        vm.expectRevert(abi.encodeWithSelector(EvidenceAnchor.UnknownLog.selector, bytes32("nowhere")));
        vm.prank(OPERATOR);
        ledger.anchor("nowhere", 0, 3, roots[3], new bytes32[](0));
    }

    function test_AStaleHeadReverts() external {
        anchored(0, 3);
        anchored(3, 7);
        uint64[4] memory others = [uint64(0), 3, 6, 8];
        for (uint256 i = 0; i < others.length; ++i) {
            uint64 other = others[i];
            rejected(
                abi.encodeWithSelector(EvidenceAnchor.StaleHead.selector, uint64(7), other),
                OPERATOR,
                other,
                9,
                roots[9],
                other == 0 ? new bytes32[](0) : proof(other, 9)
            );
        }
    }

    function test_ATreeThatDoesNotGrowReverts() external {
        anchored(0, 7);
        for (uint64 size = 0; size <= 7; ++size) {
            rejected(
                abi.encodeWithSelector(EvidenceAnchor.NotGrowing.selector, uint64(7), size),
                OPERATOR,
                7,
                size,
                roots[size],
                new bytes32[](0)
            );
        }
        require(ledger.rootAt(logId, 7) == roots[7], "anchored root");
    }

    function test_TheEmptyTreeCannotBeAnchored() external {
        rejected(
            abi.encodeWithSelector(EvidenceAnchor.NotGrowing.selector, uint64(0), uint64(0)),
            OPERATOR,
            0,
            0,
            roots[0],
            new bytes32[](0)
        );
    }

    function test_AZeroRootReverts() external {
        rejected(abi.encodeWithSelector(EvidenceAnchor.ZeroRoot.selector), OPERATOR, 0, 3, 0, new bytes32[](0));
        anchored(0, 3);
        rejected(abi.encodeWithSelector(EvidenceAnchor.ZeroRoot.selector), OPERATOR, 3, 7, 0, proof(3, 7));
    }

    function test_EveryFaultInAProofReverts() external {
        anchored(0, 6);
        bytes32[] memory good = proof(6, 13);
        require(good.length > 2, "too short a proof to tamper with");
        refused(13, roots[13], new bytes32[](0));
        refused(13, roots[13], Fault.added(good, good.length));
        for (uint256 i = 0; i < good.length; ++i) {
            refused(13, roots[13], Fault.flipped(good, i, 7 * i));
            refused(13, roots[13], Fault.dropped(good, i));
            refused(13, roots[13], Fault.added(good, i));
            for (uint256 j = 0; j < i; ++j) refused(13, roots[13], Fault.swapped(good, i, j));
        }
        refused(13, Fault.bitFlipped(roots[13], 0), good);
        refused(13, roots[6], good);
        refused(12, roots[12], good);
        refused(13, roots[13], proof(5, 13));
        refused(13, roots[13], proof(7, 13));
        anchor(OPERATOR, 6, 13, roots[13], good);
    }

    /// @notice A log with two histories: the second is consistent in itself but not with the
    /// anchored one.
    function test_AForkReverts() external {
        anchored(0, 6);
        bytes32[] memory fork = leaves;
        fork[2] = Recursion.leafHash("rewritten");
        refused(13, Recursion.mth(fork, 0, 13), Recursion.proof(6, fork, 13));
        anchored(6, 13);
    }

    /// @notice For any two trees that a proof connects: the contract accepts that step and no
    /// other.
    function testFuzz_AnchorsWhatTheProofProves(uint64 oldSize, uint64 newSize, bytes32 seed) external {
        if (newSize < 2) newSize = 2;
        oldSize = 1 + (oldSize % (newSize - 1));
        bytes32[] memory hashes = new bytes32[](Recursion.proofLength(oldSize, newSize, true));
        for (uint256 i = 0; i < hashes.length; ++i) hashes[i] = keccak256(abi.encode(seed, i));
        (bytes32 oldRoot, bytes32 newRoot) = Recursion.rootsOfProof(
            seed,
            oldSize,
            newSize,
            true,
            hashes,
            hashes.length
        );
        vm.assume(oldRoot != 0);

        anchor(OPERATOR, 0, oldSize, oldRoot, new bytes32[](0));
        bytes memory inconsistent = abi.encodeWithSelector(EvidenceAnchor.InconsistentProof.selector, oldSize, newSize);
        rejected(inconsistent, OPERATOR, oldSize, newSize, Fault.bitFlipped(newRoot, uint256(seed)), hashes);
        rejected(
            inconsistent,
            OPERATOR,
            oldSize,
            newSize,
            newRoot,
            Fault.flipped(hashes, uint256(seed) % hashes.length, uint256(seed) >> 8)
        );
        anchor(OPERATOR, oldSize, newSize, newRoot, hashes);

        (uint64 size, bytes32 root, , uint64 count) = ledger.head(logId);
        require(size == newSize && root == newRoot && count == 2, "head");
        require(ledger.rootAt(logId, oldSize) == oldRoot, "the root before");
    }

    /// @notice Only the operator can change a log, whatever others send.
    function testFuzz_StrangersChangeNothing(
        address caller,
        uint64 oldSize,
        uint64 newSize,
        bytes32 root,
        bytes32[] calldata hashes
    ) external {
        vm.assume(caller != OPERATOR && caller != address(0));
        anchored(0, 3);
        bytes memory notOperator = abi.encodeWithSelector(EvidenceAnchor.NotOperator.selector, logId, caller);
        rejected(notOperator, caller, oldSize, newSize, root, hashes);
        vm.expectRevert(notOperator);
        vm.prank(caller);
        ledger.transferOperator(logId, caller);
        vm.expectRevert(abi.encodeWithSelector(EvidenceAnchor.NotPendingOperator.selector, logId, caller));
        vm.prank(caller);
        ledger.acceptOperator(logId);
    }

    // ---- endorse ----

    function test_AnyoneEndorsesWhatIsAnchored() external {
        anchored(0, 3);
        anchored(3, 7);
        endorsed(STRANGER, 7, 7);
        endorsed(OPERATOR, 3, 3);
        require(ledger.endorsedSize(logId, STRANGER) == 7, "endorsements are not apart");
        require(ledger.endorsedSize(logId, SUCCESSOR) == 0, "somebody who said nothing");
    }

    function test_TheLargestEndorsedSizeStays() external {
        anchored(0, 3);
        anchored(3, 7);
        endorsed(STRANGER, 3, 3);
        endorsed(STRANGER, 7, 7);
        endorsed(STRANGER, 3, 7);
        endorsed(STRANGER, 7, 7);
        anchored(7, 9);
        endorsed(STRANGER, 9, 9);
    }

    function test_WhatIsNotAnchoredCannotBeEndorsed() external {
        anchored(0, 3);
        anchored(3, 7);
        notEndorsed(logId, 7, roots[3]);
        notEndorsed(logId, 3, roots[7]);
        notEndorsed(logId, 4, roots[4]);
        notEndorsed(logId, 9, roots[9]);
        notEndorsed(logId, 7, 0);
        notEndorsed(logId, 4, 0);
        notEndorsed(logId, 0, 0);
        notEndorsed(logId, 0, roots[0]);
        notEndorsed("nowhere", 7, roots[7]);
        notEndorsed("nowhere", 7, 0);
        require(ledger.endorsedSize(logId, STRANGER) == 0, "endorsed size");
    }

    // ---- transfer ----

    function test_ATransferTakesTwoSteps() external {
        vm.expectEmit(address(ledger));
        emit EvidenceAnchor.OperatorTransferStarted(logId, OPERATOR, SUCCESSOR);
        vm.prank(OPERATOR);
        ledger.transferOperator(logId, SUCCESSOR);
        require(ledger.operatorOf(logId) == OPERATOR && ledger.pendingOperatorOf(logId) == SUCCESSOR, "offered");
        anchored(0, 3);

        vm.expectEmit(address(ledger));
        emit EvidenceAnchor.OperatorTransferred(logId, OPERATOR, SUCCESSOR);
        vm.prank(SUCCESSOR);
        ledger.acceptOperator(logId);
        require(ledger.operatorOf(logId) == SUCCESSOR && ledger.pendingOperatorOf(logId) == address(0), "accepted");

        anchor(SUCCESSOR, 3, 7, roots[7], proof(3, 7));
        require(ledger.rootAt(logId, 3) == roots[3] && ledger.rootAt(logId, 7) == roots[7], "one history");
    }

    function test_TheFormerOperatorIsLockedOut() external {
        anchored(0, 3);
        transferTo(SUCCESSOR);
        bytes memory notOperator = abi.encodeWithSelector(EvidenceAnchor.NotOperator.selector, logId, OPERATOR);
        rejected(notOperator, OPERATOR, 3, 7, roots[7], proof(3, 7));
        vm.expectRevert(notOperator);
        vm.prank(OPERATOR);
        ledger.transferOperator(logId, OPERATOR);
    }

    function test_OnlyTheOneWhoWasOfferedTheLogAccepts() external {
        notAccepted(SUCCESSOR);
        vm.prank(OPERATOR);
        ledger.transferOperator(logId, SUCCESSOR);
        notAccepted(STRANGER);
        notAccepted(OPERATOR);
        vm.prank(SUCCESSOR);
        ledger.acceptOperator(logId);
        notAccepted(SUCCESSOR);
    }

    function test_ANewOfferTakesThePlaceOfTheOld() external {
        vm.prank(OPERATOR);
        ledger.transferOperator(logId, STRANGER);
        vm.prank(OPERATOR);
        ledger.transferOperator(logId, SUCCESSOR);
        notAccepted(STRANGER);
        vm.prank(SUCCESSOR);
        ledger.acceptOperator(logId);
        require(ledger.operatorOf(logId) == SUCCESSOR, "operator");
    }

    function test_AnOfferCanBeWithdrawn() external {
        vm.prank(OPERATOR);
        ledger.transferOperator(logId, SUCCESSOR);
        vm.prank(OPERATOR);
        ledger.transferOperator(logId, address(0));
        notAccepted(SUCCESSOR);
        require(ledger.operatorOf(logId) == OPERATOR, "operator");
    }

    function test_OnlyTheOperatorOffersALog() external {
        vm.expectRevert(abi.encodeWithSelector(EvidenceAnchor.NotOperator.selector, logId, STRANGER));
        vm.prank(STRANGER);
        ledger.transferOperator(logId, STRANGER);
        vm.expectRevert(abi.encodeWithSelector(EvidenceAnchor.UnknownLog.selector, bytes32("nowhere")));
        vm.prank(OPERATOR);
        ledger.transferOperator("nowhere", SUCCESSOR);
        vm.expectRevert(
            abi.encodeWithSelector(EvidenceAnchor.NotPendingOperator.selector, bytes32("nowhere"), SUCCESSOR)
        );
        vm.prank(SUCCESSOR);
        ledger.acceptOperator("nowhere");
    }

    // ---- ether ----

    function test_TheContractTakesNoEther() external {
        require(address(this).balance > 1, "nothing to send");
        (bool isPaid, ) = address(ledger).call{value: 1}("");
        require(!isPaid, "plain transfer");
        (isPaid, ) = address(ledger).call{value: 1}(abi.encodeCall(ledger.open, ("paid")));
        require(!isPaid, "paid call");
        (bool isOpen, ) = address(ledger).call(abi.encodeCall(ledger.open, ("paid")));
        require(isOpen, "the same call unpaid");
    }

    // ---- helpers ----

    function anchored(uint64 oldSize, uint64 newSize) private {
        bytes32[] memory hashes = oldSize == 0 ? new bytes32[](0) : proof(oldSize, newSize);
        anchor(OPERATOR, oldSize, newSize, roots[newSize], hashes);
    }

    function refused(uint64 newSize, bytes32 newRoot, bytes32[] memory hashes) private {
        (uint64 size, , , ) = ledger.head(logId);
        rejected(
            abi.encodeWithSelector(EvidenceAnchor.InconsistentProof.selector, size, newSize),
            OPERATOR,
            size,
            newSize,
            newRoot,
            hashes
        );
    }

    function anchor(address caller, uint64 oldSize, uint64 newSize, bytes32 newRoot, bytes32[] memory hashes) private {
        vm.prank(caller);
        ledger.anchor(logId, oldSize, newSize, newRoot, hashes);
    }

    /// @dev Expects the reason only here: computing the arguments calls the SHA-256 precompile,
    /// which does not revert.
    function rejected(
        bytes memory reason,
        address caller,
        uint64 oldSize,
        uint64 newSize,
        bytes32 newRoot,
        bytes32[] memory hashes
    ) private {
        vm.expectRevert(reason);
        anchor(caller, oldSize, newSize, newRoot, hashes);
    }

    function endorsed(address who, uint64 size, uint64 largest) private {
        vm.expectEmit(address(ledger));
        emit EvidenceAnchor.Endorsed(logId, who, size, roots[size]);
        vm.prank(who);
        ledger.endorse(logId, size, roots[size]);
        require(ledger.endorsedSize(logId, who) == largest, "largest endorsed size");
    }

    function notEndorsed(bytes32 id, uint64 size, bytes32 root) private {
        vm.expectRevert(abi.encodeWithSelector(EvidenceAnchor.NotAnchored.selector, id, size, root));
        vm.prank(STRANGER);
        ledger.endorse(id, size, root);
    }

    function transferTo(address to) private {
        vm.prank(OPERATOR);
        ledger.transferOperator(logId, to);
        vm.prank(to);
        ledger.acceptOperator(logId);
    }

    function notAccepted(address caller) private {
        vm.expectRevert(abi.encodeWithSelector(EvidenceAnchor.NotPendingOperator.selector, logId, caller));
        vm.prank(caller);
        ledger.acceptOperator(logId);
    }

    function proof(uint64 oldSize, uint64 newSize) private view returns (bytes32[] memory) {
        return Recursion.proof(oldSize, leaves, newSize);
    }
}
