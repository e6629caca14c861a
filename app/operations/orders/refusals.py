"""What can be wrong with an order, as sentences."""

from __future__ import annotations

from app.core.errors import BusinessError
from app.core.messages import N_


class NothingOrdered(BusinessError):
    """An order without lines."""

    sentence = N_("Order {order} has no lines. Add at least one item before confirming it.")


class CustomerNotActive(BusinessError):
    """A customer who is not supplied any more."""

    about = ("customer",)
    sentence = N_("{customer} is not active. Activate the customer, or choose another.")


class ProspectCannotOrder(BusinessError):
    """A prospect has no terms and no confirmed orders."""

    sentence = N_("{customer} is a prospect. Make it a customer before confirming an order.")


class ItemNotSold(BusinessError):
    """Discontinued or inactive."""

    sentence = N_("{item} is no longer sold. Choose another item.")


class NoPrice(BusinessError):
    """Nothing says what it costs."""

    sentence = N_("{item} has no price in {currency}. Type one.")


class PriceNegative(BusinessError):
    """A price below nothing."""

    sentence = N_("The price of {item} cannot be {price}: it must be 0 or more.")


class DiscountOutOfRange(BusinessError):
    """A percentage that makes no sense."""

    sentence = N_("A discount of {percent} % on {item} is not possible: use 0 to 100.")


class WrongState(BusinessError):
    """The order is not where this can be done."""

    sentence = N_("Order {order} is {state}; to {verb} it must be {needed}.")


class OnHold(BusinessError):
    """A hold stops this step."""

    sentence = N_("Order {order} is on hold ({hold}). A manager can release it.")


class NotOnHold(BusinessError):
    """There is no hold to release."""

    sentence = N_("Order {order} is not on hold.")


class GoodsPromised(BusinessError):
    """Goods are promised, staged or loaded for what is to be cancelled."""

    sentence = N_(
        "Order {order} line {line}: {allocated} are still promised ({where}). "
        "Release them first, then cancel."
    )


class BelowDelivered(BusinessError):
    """Less wanted than has already left."""

    about = ("quantity",)
    sentence = N_(
        "Line {line}: {delivered} have already been delivered, so at least that many are wanted, "
        "not {quantity}."
    )


class DateBefore(BusinessError):
    """A date before the order's."""

    about = ("requested_date",)
    sentence = N_("The requested date {requested} is before the order date {ordered}.")


class NoWarehouse(BusinessError):
    """No warehouse to ship from."""

    sentence = N_("There is no warehouse to ship from. Make one first.")


class NoDeliveryMode(BusinessError):
    """No way to reach a customer."""

    sentence = N_("There is no delivery mode yet. Make one first, such as one by carrier.")


class NoExchangeRate(BusinessError):
    """A foreign currency without a rate for the date."""

    sentence = N_("There is no exchange rate for {currency} on {date}. Enter one first.")


class AnotherOrderLine(BusinessError):
    """A line that is not this order's."""

    sentence = N_("Line {line} is not on order {order}.")


class PriceInvoiced(BusinessError):
    """Another price for what has been invoiced already."""

    sentence = N_(
        "All of line {line} ({item}) of order {order} is invoiced, so its price stays. Enter a new "
        "line for more of it, or raise its quantity with the price."
    )


class ChargeNotPossible(BusinessError):
    """A charge below nothing, or too large to be one."""

    about = ("amount",)
    sentence = N_(
        "{description}: a charge of {amount} is not possible. Use 0 or more; what the customer "
        "is to get back is a discount."
    )


class NothingMoreShips(BusinessError):
    """A charge for each shipment of an order that has left."""

    sentence = N_(
        "All of order {order} has left: no shipment would bear this charge. Charge it on the "
        "order instead."
    )


class ChargeInvoiced(BusinessError):
    """A charge that stands on an invoice already."""

    sentence = N_(
        "{description} stands on an invoice of order {order} already. "
        "Delete the draft first, or credit the posted invoice."
    )
