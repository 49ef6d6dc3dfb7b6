"""Which scene shows which checklist item at which shot (far, near, meter, doc, video)."""

from collections.abc import Callable

from fieldapp.demo.scenes import (
    crane_parts,
    cranes,
    desks,
    fire_rooms,
    fires,
    formworks,
    hanging,
    hoists,
    hot_works,
    pit_parts,
    pits,
    places,
    readings,
    scaffold_parts,
    scaffolds,
)
from fieldapp.demo.scenes.desks import document
from fieldapp.demo.scenes.readings import instrument, measured
from fieldapp.demo.scenes.stage import Stage

Scene = Callable[[Stage], None]
_plan, _check, _accept = (
    document("专项施工方案审批表"),
    document("检查记录表", table=True),
    document("验收记录表", table=True),
)
_review, _monitor = (
    document("专家论证报告", stamp="专家组"),
    document("监测日报表", table=True, stamp="监测单位"),
)
_test = document("检测报告", table=True, stamp="检测专用")
_near_laser = instrument("m", (8.2, 14.0), (1.4, 4.2))
_wind = instrument("m/s", (1.2, 6.8), (12.4, 17.0), digits=1, name="AN-3")
_rail = measured("concrete", (120, 128), (70, 96), wide=1.6)
_width = measured("gravel", (105, 118), (60, 84))

SHOTS: dict[str, dict[str, Scene]] = {
    "crane.tower.registration": {"near": crane_parts.registration, "far": cranes.far, "doc": _test},
    "crane.tower.operator_certificates": {
        "near": desks.certificate,
        "doc": document("证书查询结果", table=True),
    },
    "crane.tower.load_limiters": {"near": crane_parts.load_limiter, "far": cranes.head},
    "crane.tower.travel_limits": {"near": crane_parts.limit_switch, "far": cranes.head},
    "crane.tower.protection_devices": {"far": cranes.head, "near": crane_parts.limit_switch},
    "crane.tower.hook_rope": {"near": crane_parts.hook},
    "crane.tower.multi_crane": {"far": cranes.pair, "meter": _near_laser, "doc": _plan},
    "crane.tower.power_line": {
        "far": cranes.power_line,
        "meter": _near_laser,
        "near": pit_parts.notice,
    },
    "crane.tower.attachment_verticality": {
        "far": cranes.far,
        "near": crane_parts.bolts,
        "meter": instrument("‰", (0.8, 2.9), (5.2, 7.6), digits=1, name="DT-2"),
        "doc": _test,
    },
    "crane.tower.foundation": {
        "far": crane_parts.foundation,
        "near": crane_parts.foundation,
        "doc": _monitor,
    },
    "crane.tower.structure_bolts": {"near": crane_parts.bolts, "far": cranes.far},
    "crane.tower.climbing_check": {"far": cranes.far, "doc": _check},
    "crane.hoist.registration": {
        "near": crane_parts.registration,
        "far": hoists.hoist_far,
        "doc": _accept,
    },
    "crane.hoist.fall_arrester": {"near": hoists.fall_arrester, "doc": _test},
    "crane.hoist.limits_interlocks": {"near": crane_parts.limit_switch, "far": hoists.hoist_far},
    "crane.hoist.landing_gates": {
        "near": hoists.landing_gate,
        "far": hoists.hoist_far,
        "meter": measured("paint", (180, 190), (120, 150)),
    },
    "crane.hoist.ties_verticality": {
        "far": hoists.hoist_far,
        "near": crane_parts.bolts,
        "doc": _test,
    },
    "crane.material_hoist.safety_devices": {
        "near": crane_parts.limit_switch,
        "far": hoists.material_hoist,
    },
    "crane.material_hoist.guys_ties": {"far": hoists.material_hoist, "near": crane_parts.bolts},
    "crane.material_hoist.no_passengers": {"near": hoists.material_hoist},
    "crane.lifting.plan": {"doc": _plan},
    "crane.lifting.ground_bearing": {
        "far": hoists.outrigger,
        "near": hoists.outrigger,
        "doc": _check,
    },
    "crane.lifting.rigging": {"near": crane_parts.hook},
    "crane.lifting.wind_guard": {"far": places.cordon, "meter": _wind},
    "pit.plan_review": {"doc": _review},
    "pit.notice_board": {"near": pit_parts.notice},
    "pit.neighbor_protection": {
        "far": pits.guardrail,
        "near": pit_parts.monitor_point,
        "doc": _check,
    },
    "pit.support": {"far": pits.far, "near": pit_parts.support_near, "doc": _monitor},
    "pit.seepage": {"near": pit_parts.support_near, "far": pits.far},
    "pit.over_excavation": {"far": pits.digging, "meter": _near_laser},
    "pit.edge_load": {
        "far": pits.edge_load,
        "meter": measured("gravel", (205, 240), (60, 120)),
        "near": pit_parts.notice,
    },
    "pit.edge_guardrail": {"far": pits.guardrail, "meter": _rail},
    "pit.access_ladder": {"far": pits.ladder, "meter": _width},
    "pit.dewatering_well_cover": {"near": pit_parts.well_cover},
    "pit.drainage": {"far": pit_parts.pump, "near": pit_parts.pump},
    "pit.third_party_monitoring": {"near": pit_parts.monitor_point, "doc": _monitor},
    "pit.monitoring_alarm": {"doc": _monitor},
    "pit.strut_removal": {"far": pits.digging, "doc": _test},
    "pit.machine_radius": {"far": pits.digging},
    "pit.confined_pile": {
        "near": instrument("%O₂", (20.1, 20.9), (15.2, 18.4), digits=1, name="GD-4"),
        "far": pit_parts.well_cover,
    },
    "pit.emergency": {"far": pit_parts.store, "doc": document("应急预案", stamp="项目部")},
    "formwork.plan_review": {"doc": _review},
    "formwork.acceptance": {"near": pit_parts.notice, "doc": _accept},
    "formwork.erector_certificates": {"near": desks.certificate},
    "formwork.foundation": {"near": formworks.foot, "far": formworks.bottom_row, "doc": _check},
    "formwork.sweeping_bar": {"near": formworks.foot, "far": formworks.bottom_row},
    "formwork.grid_spacing": {
        "meter": readings.prop_spacing,
        "far": formworks.spacing,
        "doc": _plan,
    },
    "formwork.bracing": {"far": formworks.far, "near": scaffold_parts.joint},
    "formwork.free_end_coupler": {"meter": formworks.head, "far": formworks.far},
    "formwork.free_end_disklock": {"meter": formworks.head},
    "formwork.aspect_ratio_tie": {"near": formworks.column_tie, "far": formworks.far},
    "formwork.load": {"far": formworks.top_load, "near": formworks.top_load, "doc": _plan},
    "formwork.pouring_sequence": {"far": formworks.top_load, "doc": document("混凝土浇筑令")},
    "formwork.monitoring": {"near": pit_parts.monitor_point, "doc": _monitor},
    "formwork.member_connection": {"meter": readings.torque, "near": scaffold_parts.joint},
    "formwork.base_head_jack": {"near": formworks.head},
    "formwork.materials": {"meter": readings.caliper, "doc": _test},
    "formwork.striking_strength": {"doc": document("拆模令"), "far": places.cordon},
    "scaffold.plan_review": {"doc": _review},
    "scaffold.acceptance": {"near": pit_parts.notice, "doc": _accept},
    "scaffold.foundation": {"far": scaffolds.feet, "meter": formworks.foot, "near": formworks.foot},
    "scaffold.wall_ties": {
        "far": scaffolds.ties_far,
        "near": scaffold_parts.tie_near,
        "doc": _plan,
    },
    "scaffold.bracing": {"far": scaffolds.far, "near": scaffold_parts.joint},
    "scaffold.joints": {"near": scaffold_parts.joint, "meter": readings.torque},
    "scaffold.deck_guardrail": {"far": scaffolds.deck, "near": scaffolds.deck},
    "scaffold.interlayer_protection": {"near": scaffold_parts.gap_inside, "far": scaffolds.deck},
    "scaffold.load": {"far": scaffolds.load, "near": scaffolds.load},
    "scaffold.dismantling": {"far": places.cordon},
    "scaffold.disklock.structure": {
        "near": scaffold_parts.rosette,
        "meter": formworks.foot,
        "far": scaffolds.far,
    },
    "scaffold.cantilever.beam": {
        "near": scaffold_parts.cantilever,
        "meter": scaffold_parts.cantilever,
        "far": scaffolds.far,
    },
    "scaffold.cantilever.tie_rope": {"near": scaffold_parts.tie_rope, "far": scaffolds.far},
    "scaffold.attached.safety_devices": {
        "near": hanging.attached_near,
        "far": hanging.attached_far,
        "doc": _test,
    },
    "scaffold.attached.geometry": {"far": hanging.attached_far, "meter": _near_laser},
    "scaffold.attached.supports": {
        "near": hanging.attached_near,
        "far": hanging.attached_far,
        "doc": _check,
    },
    "scaffold.basket.safety_lock": {"near": hanging.basket_lock, "far": hanging.basket_far},
    "scaffold.basket.suspension": {"far": hanging.suspension, "near": hanging.suspension},
    "scaffold.basket.use": {"far": hanging.basket_far, "near": hanging.basket_lock},
    "scaffold.basket.ropes": {"near": scaffold_parts.tie_rope},
    "scaffold.unloading_platform": {
        "far": hanging.platform,
        "near": scaffold_parts.tie_rope,
        "doc": _accept,
    },
    "fire.layout_distance": {"far": fire_rooms.huts, "meter": _near_laser},
    "fire.temporary_housing_spacing": {"far": fire_rooms.huts, "meter": _near_laser},
    "fire.fire_lane": {
        "far": fires.lane,
        "meter": instrument("m", (4.0, 5.6), (1.9, 3.2)),
        "near": fires.lane,
    },
    "fire.rescue_area": {"far": fires.lane},
    "fire.dorm_office_construction": {
        "far": fire_rooms.huts,
        "near": fire_rooms.huts,
        "doc": _test,
    },
    "fire.dorm_evacuation": {"far": fire_rooms.corridor, "meter": _width},
    "fire.hazard_rooms": {"far": fire_rooms.storage, "near": fire_rooms.switchboard},
    "fire.no_living_in_building": {"near": fire_rooms.bed},
    "fire.occupied_building_works": {"far": fire_rooms.corridor, "near": fire_rooms.bed},
    "fire.scaffold_net_material": {
        "near": scaffold_parts.net_tag,
        "far": scaffolds.far,
        "doc": _test,
    },
    "fire.egress_building": {"far": fire_rooms.corridor, "near": fire_rooms.corridor},
    "fire.extinguishers": {"near": fires.gauge, "meter": fires.gauge, "far": fires.extinguishers},
    "fire.outdoor_water": {"near": fires.hydrant, "far": fires.hydrant, "meter": fires.gauge},
    "fire.indoor_water": {"near": fires.hydrant, "far": fires.hydrant},
    "fire.pump_power": {"near": fire_rooms.switchboard},
    "fire.combustible_storage": {"far": fire_rooms.storage, "near": fire_rooms.storage},
    "fire.hot_work_permit": {"near": document("动火作业许可证"), "far": hot_works.hot_work},
    "fire.hot_work_combustible": {"near": hot_works.hot_work, "far": hot_works.hot_work},
    "fire.gas_cylinders": {"near": hot_works.gas, "far": hot_works.gas, "meter": hot_works.gas},
    "fire.electric_fire": {"near": fire_rooms.switchboard},
    "fire.management": {"near": places.notice_board, "doc": _check},
    # named scenes
    "gate": {"far": places.gate},
    "accident_ladder": {"far": places.accident},
    "id_card_masked": {"near": desks.identity},
    "statement_paper": {"doc": desks.statement},
    "training_room": {"far": places.training},
    "drill": {"far": places.drill},
    "notice_board": {"far": places.notice_board},
    "cordon": {"far": places.cordon},
    "certificate": {"near": desks.certificate},
    "rectification_notice": {"doc": document("隐患整改通知书", table=True, stamp="检查专用")},
    "signed_list": {"doc": document("现场检查确认单", table=True)},
    "roster": {"doc": document("参保人员实名制台账", table=True)},
    "medical_record": {"doc": document("门诊病历（已遮盖）")},
    "handover_receipt": {"doc": document("案卷移交回执", stamp="接收专用")},
}
_GROUPS: dict[str, str] = {
    "crane.tower": "crane.tower.registration", "crane.hoist": "crane.hoist.registration",
    "crane.material_hoist": "crane.material_hoist.guys_ties", "crane.lifting": "crane.lifting.ground_bearing",
    "crane": "crane.tower.registration", "pit": "pit.support", "formwork": "formwork.bracing",
    "scaffold": "scaffold.bracing", "fire": "fire.extinguishers",
}  # fmt: skip


def scene_for(subject: str, shot: str | None) -> Scene:
    """The scene of that item; an item not known yet is shown by its group. Raises ValueError outside all groups."""
    shots = SHOTS.get(subject) or SHOTS.get(_group(subject))
    if shots is None:
        raise ValueError(f"No scene shows {subject!r}.")
    if shot == "video" or shot not in shots:
        return next(iter(shots.values()))
    return shots[shot]


def _group(subject: str) -> str:
    parts = subject.split(".")
    for length in range(len(parts), 0, -1):
        if known := _GROUPS.get(".".join(parts[:length])):
            return known
    return ""
