"""The body: rigid links in the plane at low Reynolds number, bent by torques at the joints.

A link drags on the medium with the force ``-(t t^T + K n n^T) v`` per length (t along the link, n across
it, K the drag ratio; resistive-force theory, Gray & Hancock 1955). A joint is a spring and a damper: its
torque is ``kappa (theta* - theta) - eta d(theta)/dt``, taken at the end of the tick (semi-implicit).
There is no inertia, so force and torque balance at every instant; equivalently the velocity of the chain and
the rates w of its links minimise the dissipation less the power,

    1/2 sum_links drag(v) + 1/2 sum_joints (eta + dt kappa) (w' - w)^2
        - sum_joints kappa (theta* - theta) (w' - w) - sum_nodes F.v

which is minimised exactly, one rate at a time, from both ends of the chain towards its middle link (the two
directions are independent, which nearly halves the time). The part that is minimised out is a *load* on the
next link: the quadratic

    J(v, w) = 1/2 v.S v + w q.v + 1/2 d w^2 - e.v - f w

in the velocity v of the node between them and in the next link's rate w. Within the solve the length of a
link is 1 and so is its tangential drag.
"""

from __future__ import annotations

from typing import Final

from spikeworm_env.kernels.binding import inner, kernel
from spikeworm_env.kernels.elementary import cosines_and_sines
from spikeworm_env.world.record_types import Field

NO_LOAD: Final = (0.0,) * 9  # Sxx, Sxy, Syy, qx, qy, d, ex, ey, f


def body_fields(n_links: int) -> tuple[Field, ...]:
    """Fields of a record that holds a body of ``n_links`` links.

    ``centre``, ``phi0`` and ``theta`` are its state; ``head``, ``cosine`` and ``sine`` follow from them.
    """
    return (
        ("centre", "(2,)f8", "drag centre: mean of the links' midpoints, BL"),
        ("phi0", "f8", "angle of link 0, rad"),
        ("theta", f"({n_links - 1},)f8", "joint angles, rad"),
        ("head", "(2,)f8", "head tip, BL"),
        ("cosine", f"({n_links},)f8", "of the links' angles"),
        ("sine", f"({n_links},)f8", "of the links' angles"),
        ("rate", f"({n_links},)f8", "of the links in the last tick, rad/s"),
    )


@inner
def _with_link(load, nx, ny, drag_ratio):
    """The load after a link with normal n: the old load is at its far end, the new one at its near end."""
    sxx, sxy, syy, qx, qy, d, ex, ey, f = load
    px, py = sxx * nx + sxy * ny + qx, sxy * nx + syy * ny + qy
    lever, extra = 0.5 * drag_ratio, drag_ratio - 1.0
    return (
        sxx + (1.0 + extra * nx * nx),
        sxy + extra * nx * ny,
        syy + (1.0 + extra * ny * ny),
        lever * nx + px,
        lever * ny + py,
        drag_ratio / 3.0 + d + nx * (px + qx) + ny * (py + qy),
        ex,
        ey,
        nx * ex + ny * ey + f,
    )


@inner
def _without_rate(load, joint, torque):
    """Minimise a link's rate out of its load, across the joint to the next link.

    Returns:
        the load in terms of the next link's rate, and (ax, ay, b, c) such that
        ``rate = c + b * next_rate - a.v``.
    """
    sxx, sxy, syy, qx, qy, d, ex, ey, f = load
    inverse = 1.0 / (d + joint)
    ax, ay, b, c = qx * inverse, qy * inverse, joint * inverse, (f + torque) * inverse
    rest = (
        sxx - qx * ax,
        sxy - qx * ay,
        syy - qy * ay,
        qx * b,
        qy * b,
        joint - joint * b,
        ex - qx * c,
        ey - qy * c,
        joint * c - torque,
    )
    return rest, (ax, ay, b, c)


@inner
def _with_contact(load, contact, node, n_links):
    """Add a node's contact to the load there, in units of a link's drag."""
    sxx, sxy, syy, qx, qy, d, ex, ey, f = load
    return (
        sxx + n_links * contact[node, 0],
        sxy + n_links * contact[node, 1],
        syy + n_links * contact[node, 2],
        qx,
        qy,
        d,
        ex + n_links * contact[node, 3],
        ey + n_links * contact[node, 4],
        f,
    )


@kernel
def solve_motion(body, target, drag_ratio, stiffness, damping, dt, touching, contact, plan):  # noqa: PLR0913,PLR0917
    """Compute the links' rates and the head's velocity at this instant, by exact O(n) elimination.

    Args:
        body: record with the fields of `body_fields`; ``rate`` is written.
        target: (n - 1,) target angles theta* of the joints' springs, rad.
        drag_ratio: K, normal over tangential drag.
        stiffness, damping: kappa and eta of a joint, in units of c_t BL^3/s and c_t BL^3.
        dt: the tick, s.
        touching: whether ``contact`` is read.
        contact: (n + 1, 5) for each node the extra drag xx, xy, yy and the force x, y on it.
        plan: (n, 4) scratch.

    Returns:
        (vx, vy) velocity of the head tip, BL/s.
    """
    theta, cosine, sine, rate = body["theta"], body["cosine"], body["sine"], body["rate"]
    n = cosine.shape[0]
    middle = n // 2
    spring = stiffness * n * n
    joint = (damping + dt * stiffness) * n * n * n

    tail, head = NO_LOAD, NO_LOAD
    if touching:
        tail, head = _with_contact(tail, contact, n, n), _with_contact(head, contact, 0, n)
    for i in range(middle):
        k = n - 1 - i
        if k > middle:
            tail = _with_link(tail, -sine[k], cosine[k], drag_ratio)
            tail, rule = _without_rate(tail, joint, spring * (target[k - 1] - theta[k - 1]))
            plan[k, 0], plan[k, 1], plan[k, 2], plan[k, 3] = rule
            if touching:
                tail = _with_contact(tail, contact, k, n)
        head = _with_link(head, sine[i], -cosine[i], drag_ratio)  # seen from its other end: n changes sign
        head, rule = _without_rate(head, joint, -spring * (target[i] - theta[i]))
        plan[i, 0], plan[i, 1], plan[i, 2], plan[i, 3] = rule
        if touching:
            head = _with_contact(head, contact, i + 1, n)

    # both loads meet at the node behind the middle link
    head = _with_link(head, sine[middle], -cosine[middle], drag_ratio)
    sxx, sxy, syy, qx, qy, d, ex, ey, f = head
    txx, txy, tyy, ux, uy, td, gx, gy, tf = tail
    both = (sxx + txx, sxy + txy, syy + tyy, qx + ux, qy + uy, d + td, ex + gx, ey + gy, f + tf)
    (sxx, sxy, syy, _, _, _, ex, ey, _), (ax, ay, _, c) = _without_rate(both, 0.0, 0.0)
    determinant = sxx * syy - sxy * sxy
    vx, vy = (syy * ex - sxy * ey) / determinant, (sxx * ey - sxy * ex) / determinant

    tail_rate = head_rate = c - ax * vx - ay * vy
    rate[middle] = n * head_rate
    tail_vx, tail_vy = vx, vy
    vx, vy = vx + sine[middle] * head_rate, vy - cosine[middle] * head_rate
    for i in range(middle):
        k = middle + 1 + i
        if k < n:
            tail_rate = plan[k, 3] + plan[k, 2] * tail_rate - plan[k, 0] * tail_vx - plan[k, 1] * tail_vy
            rate[k] = n * tail_rate
            tail_vx, tail_vy = tail_vx - sine[k] * tail_rate, tail_vy + cosine[k] * tail_rate
        k = middle - 1 - i
        head_rate = plan[k, 3] + plan[k, 2] * head_rate - plan[k, 0] * vx - plan[k, 1] * vy
        rate[k] = n * head_rate
        vx, vy = vx + sine[k] * head_rate, vy - cosine[k] * head_rate
    return vx, vy


@kernel
def advance_body(body, target, drag_ratio, stiffness, damping, dt, touching, contact, plan):  # noqa: PLR0913,PLR0917
    """Move the body by one tick; arguments as in `solve_motion`.

    The drag centre moves by velocity times dt, and the head is set from it: without a net force there is
    exactly no net motion (with isotropic drag the centre rests to the last bits for any gait). If the head
    moved instead, the centre would drift by 1 mBL/s.
    """
    vx, vy = solve_motion(body, target, drag_ratio, stiffness, damping, dt, touching, contact, plan)
    centre, theta, rate = body["centre"], body["theta"], body["rate"]
    cosine, sine = body["cosine"], body["sine"]
    n = rate.shape[0]
    for i in range(n):
        weight = (n - 0.5 - i) / (n * n)  # share of the links' midpoints behind link i, times its length
        vx -= weight * sine[i] * rate[i]
        vy += weight * cosine[i] * rate[i]
    centre[0] += dt * vx
    centre[1] += dt * vy
    body["phi0"] += dt * rate[0]
    for j in range(n - 1):
        theta[j] += dt * (rate[j + 1] - rate[j])
    _orient(body)
    ox, oy = _head_to_centre(body)
    body["head"][0] = centre[0] - ox
    body["head"][1] = centre[1] - oy


@kernel
def place_body(body, x, y, phi0):
    """Put the head at (x, y) and link 0 at angle ``phi0``, at rest; the joints keep ``theta``."""
    body["phi0"] = phi0
    body["rate"][:] = 0.0
    _orient(body)
    ox, oy = _head_to_centre(body)
    body["head"][0], body["head"][1] = x, y
    body["centre"][0], body["centre"][1] = x + ox, y + oy


@inner
def _orient(body):
    """Write the cosines and sines of the links' angles."""
    theta, cosine, sine = body["theta"], body["cosine"], body["sine"]
    angle = body["phi0"]
    cosine[0] = angle
    for j in range(theta.shape[0]):
        angle += theta[j]
        cosine[j + 1] = angle
    cosines_and_sines(cosine, sine)


@inner
def _head_to_centre(body):
    """The drag centre as seen from the head tip, (x, y)."""
    cosine, sine = body["cosine"], body["sine"]
    n = cosine.shape[0]
    x, y = 0.0, 0.0
    for i in range(n):
        weight = (n - 0.5 - i) / (n * n)
        x += weight * cosine[i]
        y += weight * sine[i]
    return x, y


@kernel
def place_nodes(body, nodes):
    """Write the positions of head tip, joints and tail tip: (n + 1, 2), head first."""
    cosine, sine = body["cosine"], body["sine"]
    n = cosine.shape[0]
    x, y = body["head"][0], body["head"][1]
    nodes[0, 0], nodes[0, 1] = x, y
    for i in range(n):
        x += cosine[i] / n
        y += sine[i] / n
        nodes[i + 1, 0], nodes[i + 1, 1] = x, y
