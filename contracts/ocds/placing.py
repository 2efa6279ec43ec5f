"""Which lot a supplier won, where the award does not say so plainly.

Tried in this order: the lots that the award names; the award's contracts, each tied to a lot by what it or its tender
says or by bearing the lot's title; the tenders that the award names; the award's items. Whoever is still without a lot
is placed on all of them, with a problem: a missing obligation is worse than one to strike out.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from contracts.ocds import values
from contracts.ocds.parties import Directory, Party
from contracts.ocds.problems import Problem, problem
from contracts.ocds.process import Lot

Key = tuple[str, str]


class Placing:
    def __init__(
        self,
        *,
        lots: dict[str, Lot],
        contracts: list[dict[str, Any]],
        bids: Iterable[dict[str, Any]],
        parties: Directory,
        problems: list[Problem],
    ) -> None:
        self.lots = lots
        self.contracts = contracts
        self.bids = {values.identifier(bid.get("id")): bid for bid in bids}
        self.parties = parties
        self.problems = problems

    def placed(self, award: dict[str, Any], suppliers: list[Party]) -> Iterator[tuple[Party, list[str | None]]]:
        """Each supplier of an award with the lots it won; None is the whole of an agreement without lots."""
        if not self.lots:
            for supplier in suppliers:
                yield supplier, [None]
            return
        together = self._named_by(award) or (list(self.lots) if len(self.lots) == 1 else [])
        apart = {} if together else self._lots_by_supplier(award)
        rest = self._known(values.identifier(item.get("relatedLot")) for item in values.objects(award.get("items")))
        for supplier in suppliers:
            lots = together or apart.get(supplier.key) or rest
            if not lots:
                self.problems.append(problem("placed_on_all", name=supplier.name))
            yield supplier, list(lots or self.lots)

    def rank(self, award: dict[str, Any], supplier: Party) -> int | None:
        """The place of the supplier's tender among those of the award."""
        for bid in self._bids(award):
            rank = bid.get("rank")
            if isinstance(rank, int) and 0 < rank < 1000 and supplier in self._bidders([bid]):
                return rank
        return None

    def _named_by(self, award: dict[str, Any]) -> list[str]:
        named = values.texts(award.get("relatedLots"))
        self.problems.extend(problem("no_such_lot", lot=lot) for lot in named if lot not in self.lots)
        return self._known(named)

    def _known(self, given: Iterable[str]) -> list[str]:
        return [lot for lot in dict.fromkeys(given) if lot in self.lots]

    def _lots_by_supplier(self, award: dict[str, Any]) -> dict[Key, list[str]]:
        award_id = values.identifier(award.get("id"))
        own = [contract for contract in self.contracts if values.identifier(contract.get("awardID")) == award_id]
        found = _collect((self._contractors(contract), self._contract_lots(contract)) for contract in own)
        found = found or _collect((self._bidders([bid]), self._known(_lots_of(bid))) for bid in self._bids(award))
        if found:
            self.problems.append(problem("placed_by_contract"))
        return found

    def _contractors(self, contract: dict[str, Any]) -> list[Party]:
        direct = [party for item in values.objects(contract.get("suppliers")) if (party := self.parties.find(item))]
        return direct or self._bidders(self._bids(contract))

    def _contract_lots(self, contract: dict[str, Any]) -> list[str]:
        items = (values.identifier(item.get("relatedLot")) for item in values.objects(contract.get("items")))
        bids = (lot for bid in self._bids(contract) for lot in _lots_of(bid))
        title = values.text(contract.get("title")).casefold()
        return self._known([*values.texts(contract.get("relatedLots")), *items, *bids]) or [
            lot.source_id for lot in self.lots.values() if lot.title.casefold() == title
        ]

    def _bids(self, holder: dict[str, Any]) -> list[dict[str, Any]]:
        ids = [*values.texts(holder.get("relatedBids")), *values.texts(holder.get("relatedBid"))]
        return [self.bids[bid_id] for bid_id in ids if bid_id in self.bids]

    def _bidders(self, bids: Iterable[dict[str, Any]]) -> list[Party]:
        references = (reference for bid in bids for reference in values.objects(bid.get("tenderers")))
        return [party for reference in references if (party := self.parties.find(reference))]


def _collect(pairs: Iterable[tuple[list[Party], list[str]]]) -> dict[Key, list[str]]:
    found: dict[Key, list[str]] = {}
    for suppliers, lots in pairs:
        for supplier in suppliers:
            if lots:
                found[supplier.key] = list(dict.fromkeys([*found.get(supplier.key, []), *lots]))
    return found


def _lots_of(bid: dict[str, Any]) -> list[str]:
    return [*values.texts(bid.get("relatedLots")), *values.texts(bid.get("relatedLot"))]
